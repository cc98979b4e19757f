#include <algorithm>
#include <cmath>
#include <limits>
#include <tensor/common/integers.hpp>
#include <tensor/common/reduction.hpp>
#include <tensor/common/require_value.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/views.hpp>
#include <utility>

namespace ebb {
namespace {

using detail::Once, detail::address_of;

// Under the shape over.kept, as all of these.
Tensor sum_over(const char* operation, const Reduction& over, const Tensor& x) {
  if (!is_floating(x.dtype())) return detail::sum_integers(operation, over, x);
  const Once once(x, over);
  const Tensor y = detail::reduce(detail::sum_of(operation, x.dtype()), once.over, once.x);
  return detail::repeat(once.times == 1 ? y : y * static_cast<double>(once.times), over.kept);
}

// The mean over all is that over what comes once.
Tensor mean_over(const char* operation, const Reduction& over, const Tensor& x) {
  const detail::Reducer add = detail::sum_of(operation, x.dtype());
  const Once once(x, over);
  const Tensor y = detail::reduce(add, once.over, once.x) / static_cast<double>(once.over.count);
  return detail::repeat(y, over.kept);
}

Reduction of_something(const char* operation, const Shape& shape, const Axes& axes) {
  const Reduction over = reduction(operation, shape, axes);
  if (over.count == 0)
    throw ShapeError(
        text(operation, ": ", shape, " has no elements to choose from; it needs at least one"));
  return over;
}

Tensor extreme(const char* operation, bool largest, const Tensor& x, const Axes& axes,
               bool keepdim) {
  const Reduction over = of_something(operation, x.shape(), axes);
  const Once once(x, over);
  const auto& kernels = kernels_in_use().reduce;
  const Tensor y =
      is_floating(x.dtype())
          ? detail::reduce(detail::reducer_of(
                               operation, largest ? kernels.maximum : kernels.minimum, x.dtype()),
                           once.over, once.x)
          : detail::extreme_integers(once.over, once.x, largest);
  return detail::as_asked(detail::repeat(y, over.kept), over, keepdim);
}

Tensor place_of(const char* operation, const kernels::ReduceKernels::Places (&kernels)[3],
                const Tensor& x, int axis, bool keepdim) {
  detail::require_value(operation, x);
  const Reduction over = of_something(operation, x.shape(), axis);
  if (over.count - 1 > std::numeric_limits<std::int32_t>::max())
    throw Error(text(operation, ": ", over.count,
                     " elements have places that int32 cannot hold; try ", operation,
                     " of slices"));
  const Once once(x, over);  // of equals the first is meant, so repeats change nothing
  const std::int64_t n = once.over.count;
  const Tensor rows = detail::groups_as_rows(once.x, once.over.axes);
  const Tensor y = empty(once.over.kept, DType::int32);
  const auto place_rows = kernels[static_cast<int>(x.dtype())];
  parallel_for(y.count(), detail::rows_per_piece(y.count(), n),
               [&](std::int64_t begin, std::int64_t end) {
                 place_rows(static_cast<std::int32_t*>(y.raw()) + begin,
                            address_of(rows, begin * n), end - begin, n);
               });
  return detail::as_asked(detail::repeat(y, over.kept), over, keepdim);
}

// 1 where the mask, of zeros and ones, has a 1.
Tensor exists(const char* operation, const Tensor& mask, const Axes& axes, bool keepdim) {
  const Reduction over = reduction(operation, mask.shape(), axes);
  if (over.count == 0) return detail::as_asked(zeros(over.kept, mask.dtype()), over, keepdim);
  return extreme(operation, true, mask, axes, keepdim);
}

}  // namespace

Reduction reduction(const char* operation, const Shape& shape, const Axes& axes) {
  Reduction over;
  bool goes[max_axes] = {};
  for (std::int64_t named : axes) {
    const int axis = resolve_axis(operation, named, std::max(shape.rank(), 1));
    if (std::exchange(goes[axis], true))
      throw ShapeError(
          text(operation, ": axes ", axes, " name axis ", axis, " twice; name it once"));
  }
  over.kept = shape;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if (axes.rank() > 0 && !goes[axis]) continue;
    over.axes.push_back(axis);
    over.count *= shape[axis];
    over.kept[axis] = 1;
  }
  return over;
}

Tensor sum(const Tensor& x, const Axes& axes, bool keepdim) {
  detail::require_value("sum", x);
  const Reduction over = reduction("sum", x.shape(), axes);
  return detail::as_asked(sum_over("sum", over, x), over, keepdim);
}

Tensor mean(const Tensor& x, const Axes& axes, bool keepdim) {
  detail::require_value("mean", x);
  const Reduction over = reduction("mean", x.shape(), axes);
  return detail::as_asked(mean_over("mean", over, x), over, keepdim);
}

Tensor amax(const Tensor& x, const Axes& axes, bool keepdim) {
  detail::require_value("amax", x);
  return extreme("amax", true, x, axes, keepdim);
}

Tensor amin(const Tensor& x, const Axes& axes, bool keepdim) {
  detail::require_value("amin", x);
  return extreme("amin", false, x, axes, keepdim);
}

Tensor argmax(const Tensor& x, int axis, bool keepdim) {
  return place_of("argmax", kernels_in_use().reduce.argmax, x, axis, keepdim);
}
Tensor argmin(const Tensor& x, int axis, bool keepdim) {
  return place_of("argmin", kernels_in_use().reduce.argmin, x, axis, keepdim);
}
Tensor argmax(const Tensor& x) { return argmax(reshape(x, {x.count()}), 0); }
Tensor argmin(const Tensor& x) { return argmin(reshape(x, {x.count()}), 0); }

Tensor any(const Tensor& x, const Axes& axes, bool keepdim) {
  return exists("any", x != 0, axes, keepdim);
}
Tensor all(const Tensor& x, const Axes& axes, bool keepdim) {
  return exists("all", x == 0, axes, keepdim) == 0;
}

Tensor var(const Tensor& x, const Axes& axes, double correction, bool keepdim) {
  detail::require_value("var", x);
  const detail::Reducer add = detail::sum_of("var", x.dtype());
  const Reduction over = reduction("var", x.shape(), axes);
  if (std::isnan(correction)) throw Error(text("var: correction ", correction, "; try 0 or 1"));
  const Once once(x, over);
  const Tensor middle = mean_over("var", once.over, once.x);
  const double rest = std::max(static_cast<double>(over.count) - correction, 0.0);
  const Tensor y = detail::reduce(add, once.over, squared_error(once.x, middle)) /
                   (rest / static_cast<double>(once.times));
  return detail::as_asked(detail::repeat(y, over.kept), over, keepdim);
}

Tensor std(const Tensor& x, const Axes& axes, double correction, bool keepdim) {
  return sqrt(var(x, axes, correction, keepdim));
}

bool detail::is_plain_norm(double p, DType dtype, const Shape& shape) {
  if (std::isnan(p)) throw Error(text("norm: a p of ", p, "; try 2, or an infinity"));
  if (!is_floating(dtype))
    throw DTypeError(text("norm: ", dtype, ' ', shape, "; try cast to float32"));
  return p == 0 || p == 1 || std::isinf(p);
}

Tensor norm(const Tensor& x, double p, const Axes& axes, bool keepdim) {
  detail::require_value("norm", x);
  if (detail::is_plain_norm(p, x.dtype(), x.shape()))
    return detail::plain_norm(x, p, axes, keepdim);
  if (p == 2) return sqrt(sum(square(x), axes, keepdim));
  return pow(sum(pow(abs(x), p), axes, keepdim), 1 / p);
}

Tensor sum_to(const Tensor& x, const Shape& shape) {
  detail::require_value("sum_to", x);
  if (x.shape() == shape) return x;
  const int extra = x.rank() - shape.rank();
  Axes axes;
  bool fits = extra >= 0;
  for (int i = 0; fits && i < x.rank(); ++i) {
    const bool repeated = i < extra || (shape[i - extra] == 1 && x.shape()[i] != 1);
    if (repeated) axes.push_back(i);
    fits = repeated || shape[i - extra] == x.shape()[i];
  }
  if (!fits)
    throw ShapeError(text("sum_to: ", x.shape(), " is no repetition of ", shape,
                          ": aligned at the last axis, lengths must be equal or 1; try keepdim or "
                          "reshape"));
  const Reduction over = reduction("sum_to", x.shape(), axes);
  return reshape(sum_over("sum_to", over, x), shape);
}

}  // namespace ebb
