#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <tensor/common/reduction.hpp>
#include <tensor/common/require_value.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/sort.hpp>
#include <tensor/views.hpp>
#include <vector>

namespace ebb {
namespace {

// An unsigned number in the order of the elements: positive floats read as integers are in order
// already, negative ones the other way round.
std::uint32_t key_of(std::int32_t x) { return static_cast<std::uint32_t>(x) ^ 0x80000000U; }
template <class T>
auto key_of(T x) {
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  constexpr Bits sign = Bits{1} << (8 * sizeof(T) - 1);
  if (std::isnan(x)) return std::numeric_limits<Bits>::max();
  const auto bits = std::bit_cast<Bits>(x == 0 ? T{0} : x);
  return (bits & sign) != 0 ? ~bits : bits | sign;
}

// A key and its place, which decides between equals. Of 32 bits each they are one number.
std::uint64_t place_key(std::uint32_t key, std::uint32_t place) {
  return std::uint64_t{key} << 32 | place;
}
struct Wide {
  std::uint64_t key;
  std::uint32_t place;
  bool operator<(const Wide& other) const {
    return key != other.key ? key < other.key : place < other.place;
  }
};
Wide place_key(std::uint64_t key, std::uint32_t place) { return {key, place}; }
std::uint32_t place_of(std::uint64_t key) { return static_cast<std::uint32_t>(key); }
std::uint32_t place_of(const Wide& key) { return key.place; }

// The places of the first k of n elements in order.
template <class T>
void first_places(std::int32_t* to, const T* x, std::int64_t n, std::int64_t k, bool descending) {
  using Key = decltype(place_key(key_of(*x), 0));
  std::vector<Key> keys(static_cast<std::size_t>(n));
  for (std::int64_t i = 0; i < n; ++i) {
    const auto key = key_of(x[i]);
    keys[static_cast<std::size_t>(i)] = place_key(
        static_cast<decltype(key)>(descending ? ~key : key), static_cast<std::uint32_t>(i));
  }
  const auto middle = keys.begin() + k;
  if (k < n / 64) {
    std::partial_sort(keys.begin(), middle, keys.end());  // a heap that few elements enter
  } else {
    if (k < n) std::nth_element(keys.begin(), middle, keys.end());
    std::sort(keys.begin(), middle);
  }
  for (std::int64_t i = 0; i < k; ++i)
    to[i] = static_cast<std::int32_t>(place_of(keys[static_cast<std::size_t>(i)]));
}

Sorted in_order(const char* operation, const Tensor& x, std::int64_t k, int axis, bool descending) {
  const std::int64_t n = x.size(axis);
  if (n - 1 > std::numeric_limits<std::int32_t>::max())
    throw Error(
        text(operation, ": ", n, " elements have places that int32 cannot hold; try slices"));
  const Tensor rows = contiguous(transpose(x, axis, -1));
  Shape shape = rows.shape();
  shape[x.rank() - 1] = k;
  const Tensor values = empty(shape, x.dtype()), indices = empty(shape, DType::int32);
  const std::int64_t count = k == 0 ? 0 : values.count() / k;
  with_dtype(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    constexpr std::int64_t grain = 2048;  // elements that are worth a thread
    parallel_for(count, detail::rows_per_piece(count, n, grain),
                 [&](std::int64_t begin, std::int64_t end) {
                   for (std::int64_t row = begin; row < end; ++row) {
                     const T* const from = rows.data<T>() + row * n;
                     auto* const place = static_cast<std::int32_t*>(indices.raw()) + row * k;
                     first_places(place, from, n, k, descending);
                     T* const to = static_cast<T*>(values.raw()) + row * k;
                     for (std::int64_t i = 0; i < k; ++i) to[i] = from[place[i]];
                   }
                 });
  });
  return {contiguous(transpose(values, axis, -1)), contiguous(transpose(indices, axis, -1))};
}

}  // namespace

Sorted sort(const Tensor& x, int axis, bool descending) {
  detail::require_value("sort", x);
  axis = resolve_axis("sort", axis, std::max(x.rank(), 1));
  if (x.rank() == 0) return {x, zeros({}, DType::int32)};
  return in_order("sort", x, x.size(axis), axis, descending);
}

Tensor argsort(const Tensor& x, int axis, bool descending) {
  return sort(x, axis, descending).indices;
}

Sorted topk(const Tensor& x, std::int64_t k, int axis, bool largest) {
  detail::require_value("topk", x);
  axis = resolve_axis("topk", axis, std::max(x.rank(), 1));
  const std::int64_t n = x.rank() == 0 ? 1 : x.size(axis);
  if (k < 0 || k > n)
    throw ShapeError(text("topk: ", k, " of ", n, " elements along axis ", axis, " of ", x.shape(),
                          "; try from 0 to ", n));
  if (x.rank() == 0 && k == 1) return {x, zeros({}, DType::int32)};
  return in_order("topk", x.rank() == 0 ? reshape(x, {1}) : x, k, axis, largest);
}

}  // namespace ebb
