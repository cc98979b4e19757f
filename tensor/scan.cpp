#include <algorithm>
#include <tensor/common/integers.hpp>
#include <tensor/common/reduction.hpp>
#include <tensor/common/require_value.hpp>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/scan.hpp>
#include <tensor/views.hpp>

namespace ebb {
namespace {

constexpr std::int64_t grain = 16384;  // elements that are worth a thread

// A running sum that is exact for longer than its elements.
template <class T>
struct Sum {
  double value = 0;
  T add(T x) { return static_cast<T>(value += static_cast<double>(x)); }
};
template <>
struct Sum<std::int32_t> {
  std::int32_t value = 0;
  std::int32_t add(std::int32_t x) { return value = detail::add_integers("cumsum", value, x); }
};

// Elements `step` apart are summed up, `length` of them, for `count` sums whose elements lie
// `apart`: as many together as hide the latency of an addition.
template <int together, class T>
void running_sums(T* y, const T* x, std::int64_t length, std::int64_t step, std::int64_t count,
                  std::int64_t apart) {
  Sum<T> sums[together];
  for (std::int64_t i = 0; i < length; ++i, x += step, y += step)
    for (std::int64_t j = 0; j < count; ++j) y[j * apart] = sums[j].add(x[j * apart]);
}

}  // namespace

Tensor cumsum(const Tensor& x, int axis, bool reverse) {
  detail::require_value("cumsum", x);
  axis = resolve_axis("cumsum", axis, std::max(x.rank(), 1));
  if (x.rank() == 0 || x.count() == 0) return x;
  const Tensor from = contiguous(x), y = empty(x.shape(), x.dtype());
  std::int64_t inner = 1;
  for (int i = axis + 1; i < x.rank(); ++i) inner *= x.shape()[i];
  const std::int64_t length = x.shape()[axis], outer = x.count() / length / inner;
  constexpr int side_by_side = 64, rows = 8;  // sums at a time
  const std::int64_t along = inner == 1 ? outer : inner,
                     together = inner == 1 ? rows : side_by_side;
  const std::int64_t blocks = divide_up(along, together),
                     pieces = x.count() / length / along * blocks;
  const std::int64_t last = (length - 1) * inner, step = reverse ? -inner : inner;
  with_dtype(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    parallel_for(pieces, even_grain(pieces, std::max<std::int64_t>(1, grain / (length * together))),
                 [&](std::int64_t begin, std::int64_t end) {
                   for (std::int64_t i = begin; i < end; ++i) {
                     const std::int64_t first = i % blocks * together;
                     const std::int64_t count = std::min(together, along - first);
                     const std::int64_t place =
                         (inner == 1 ? first * length : i / blocks * length * inner + first) +
                         (reverse ? last : 0);
                     T* const to = static_cast<T*>(y.raw()) + place;
                     if (inner == 1)
                       running_sums<rows>(to, from.data<T>() + place, length, step, count, length);
                     else
                       running_sums<side_by_side>(to, from.data<T>() + place, length, step, count,
                                                  1);
                   }
                 });
  });
  return y;
}

Tensor prod(const Tensor& x, const Axes& axes, bool keepdim) {
  detail::require_value("prod", x);
  const Reduction over = reduction("prod", x.shape(), axes);
  const Tensor y =
      is_floating(x.dtype())
          ? detail::reduce(detail::reducer_of("prod", kernels_in_use().reduce.product, x.dtype()),
                           over, x)
          : detail::prod_integers(over, x);
  return detail::as_asked(y, over, keepdim);
}

Tensor detail::product_of_others(const Tensor& x, const Axes& axes) {
  const Reduction over = reduction("prod", x.shape(), axes);
  Shape back = Shape::filled(x.rank(), 0);  // where each axis stands among the rows'
  int kept = 0, gone = x.rank() - over.axes.rank();
  for (int axis = 0; axis < x.rank(); ++axis) {
    const bool goes = std::find(over.axes.begin(), over.axes.end(), axis) != over.axes.end();
    back[axis] = goes ? gone++ : kept++;
  }
  const Tensor rows = groups_as_rows(x, over.axes), y = empty(rows.shape(), x.dtype());
  const std::int64_t n = over.count, count = n == 0 ? 0 : x.count() / n;
  with_dtype(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    parallel_for(count, rows_per_piece(count, n, grain), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t row = begin; row < end; ++row) {
        const T* const value = rows.data<T>() + row * n;
        T* const to = static_cast<T*>(y.raw()) + row * n;
        T before = 1, behind = 1;
        for (std::int64_t i = 0; i < n; before *= value[i++]) to[i] = before;
        for (std::int64_t i = n; i-- > 0; behind *= value[i]) to[i] *= behind;
      }
    });
  });
  return permute(y, back);
}

}  // namespace ebb
