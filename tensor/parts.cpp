#include <algorithm>
#include <cstring>
#include <limits>
#include <tensor/common/integers.hpp>
#include <tensor/common/require_value.hpp>
#include <tensor/parts.hpp>
#include <tensor/views.hpp>

namespace ebb {
namespace {

// A tensor as [outer, length, inner] bytes around one axis.
struct Around {
  Around(const Tensor& x, int axis) {
    for (int i = 0; i < axis; ++i) outer *= x.shape()[i];
    length = x.shape()[axis];
    for (int i = axis + 1; i < x.rank(); ++i) inner *= x.shape()[i];
    inner *= static_cast<std::int64_t>(size_of(x.dtype()));
  }
  std::int64_t outer = 1, length, inner = 1;
};

const std::int32_t* checked_index(const char* operation, const Tensor& index, std::int64_t length) {
  const std::string rule = text(operation, ": index is ", index.dtype(), " ", index.shape(),
                                "; it must be int32 [n], try cast or reshape");
  detail::require_value(operation, index);
  if (index.dtype() != DType::int32) throw DTypeError(rule);
  if (index.rank() != 1) throw ShapeError(rule);
  const std::int32_t* at = index.data<std::int32_t>();
  for (std::int64_t i = 0; i < index.count(); ++i)
    if (at[i] < 0 || at[i] >= length)
      throw Error(text(operation, ": index ", at[i], " at place ", i, " is outside [0, ", length,
                       "); entries count from 0"));
  return at;
}

void check_parts(const char* operation, const std::vector<Tensor>& parts) {
  if (parts.empty())
    throw ShapeError(text(operation, ": there are no parts; give at least one tensor"));
  for (const Tensor& part : parts) detail::require_value(operation, part);
  for (std::size_t i = 1; i < parts.size(); ++i)
    if (parts[i].dtype() != parts[0].dtype())
      throw DTypeError(text(operation, ": part ", i, " is ", parts[i].dtype(), ", part 0 ",
                            parts[0].dtype(), "; try cast"));
}

}  // namespace

Tensor cat(const std::vector<Tensor>& parts, int axis) {
  check_parts("cat", parts);
  axis = resolve_axis("cat", axis, parts[0].rank());
  Shape shape = parts[0].shape();
  for (std::size_t i = 1; i < parts.size(); ++i) {
    Shape other = parts[i].shape();
    const std::int64_t added = other.rank() == shape.rank() ? other[axis] : 0;
    if (other.rank() == shape.rank()) other[axis] = shape[axis];
    if (!(other == shape))
      throw ShapeError(text("cat: part ", i, " is ", parts[i].shape(), ", part 0 ",
                            parts[0].shape(), "; lengths may differ along axis ", axis,
                            " alone, try another"));
    shape[axis] += added;
    checked_count(shape);
  }
  const Tensor y = empty(shape, parts[0].dtype());
  const Around to(y, axis);
  char* place = static_cast<char*>(y.raw());
  for (const Tensor& part : parts) {
    const Tensor gapless = contiguous(part);
    const Around from(gapless, axis);
    const auto bytes = static_cast<std::size_t>(from.length * from.inner);
    for (std::int64_t i = 0; bytes > 0 && i < from.outer; ++i)
      std::memcpy(place + i * to.length * to.inner,
                  static_cast<const char*>(gapless.raw()) + i * from.length * from.inner, bytes);
    place += bytes;
  }
  return y;
}

Tensor stack(const std::vector<Tensor>& parts, int axis) {
  check_parts("stack", parts);
  const Shape& shape = parts[0].shape();
  axis = resolve_axis("stack", axis, shape.rank() + 1);
  std::vector<Tensor> thick;
  for (const Tensor& part : parts) {
    if (part.shape() != shape)
      throw ShapeError(text("stack: part ", thick.size(), " is ", part.shape(), ", part 0 ", shape,
                            "; shapes must agree, try cat"));
    thick.push_back(unsqueeze(part, axis));
  }
  return cat(thick, axis);
}

Tensor index_select(const Tensor& x, int axis, const Tensor& index) {
  detail::require_value("index_select", x);
  axis = resolve_axis("index_select", axis, x.rank());
  const Tensor gapless_index = contiguous(index), from = contiguous(x);
  const Around source(from, axis);
  const std::int32_t* at = checked_index("index_select", gapless_index, source.length);
  Shape shape = x.shape();
  shape[axis] = index.count();
  const Tensor y = empty(shape, x.dtype());
  char* to = static_cast<char*>(y.raw());
  const auto bytes = static_cast<std::size_t>(source.inner);
  for (std::int64_t outer = 0; y.count() > 0 && outer < source.outer; ++outer)
    for (std::int64_t i = 0; i < index.count(); ++i, to += bytes)
      std::memcpy(
          to, static_cast<const char*>(from.raw()) + (outer * source.length + at[i]) * source.inner,
          bytes);
  return y;
}

Tensor index_add(const Tensor& x, int axis, const Tensor& index, std::int64_t length) {
  detail::require_value("index_add", x);
  axis = resolve_axis("index_add", axis, x.rank());
  const Tensor gapless_index = contiguous(index);
  const std::int32_t* at = checked_index("index_add", gapless_index, length);
  if (index.count() != x.shape()[axis])
    throw ShapeError(text("index_add: ", index.count(), " indices for axis ", axis, " of ",
                          x.shape(), "; try one for each entry"));
  Shape shape = x.shape();
  shape[axis] = length;
  const Tensor y = zeros(shape, x.dtype()), from = contiguous(x);
  const Around to(y, axis), source(from, axis);
  with_dtype(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    const std::int64_t inner = to.inner / static_cast<std::int64_t>(sizeof(T));
    const T* value = from.data<T>();
    for (std::int64_t outer = 0; outer < to.outer; ++outer)
      for (std::int64_t i = 0; i < source.length; ++i, value += inner)
        for (std::int64_t j = 0; j < inner; ++j) {
          T& sum = static_cast<T*>(y.raw())[(outer * length + at[i]) * inner + j];
          if constexpr (std::is_same_v<T, std::int32_t>)
            sum = detail::add_integers("index_add", sum, value[j]);
          else
            sum += value[j];
        }
  });
  return y;
}

Tensor slice(const Tensor& x, int axis, std::int64_t start, std::int64_t stop, std::int64_t step) {
  detail::require_value("slice", x);
  axis = resolve_axis("slice", axis, x.rank());
  if (step < 1) throw ShapeError(text("slice: step ", step, "; try 1 or more"));
  const std::int64_t length = x.shape()[axis];
  const auto place = [&](std::int64_t i) {
    return std::clamp<std::int64_t>(i < 0 ? i + length : i, 0, length);
  };
  start = place(start);
  stop = std::max(place(stop), start);
  step = std::min(step, std::max<std::int64_t>(length, 1));  // a longer one stops at once as well
  Shape shape = x.shape(), strides = x.strides();
  shape[axis] = divide_up(stop - start, step);
  strides[axis] *= step;
  const std::int64_t first = shape[axis] > 0 ? x.offset() + start * x.strides()[axis] : x.offset();
  return {x.storage(), x.dtype(), shape, strides, first};
}

namespace {

// Where the elements that `index` names lie in a gapless tensor of that shape, as one list.
Tensor places_of(const char* operation, const Tensor& index, const Shape& shape, int axis) {
  Shape expected = shape;
  expected[axis] = index.rank() == shape.rank() ? index.size(axis) : 0;
  if (index.shape() != expected)
    throw ShapeError(text(operation, ": index ", index.shape(), " does not fit ", shape,
                          "; all its lengths but that of axis ", axis, " must agree"));
  const std::int64_t elements = checked_count(shape);
  if (elements > std::numeric_limits<std::int32_t>::max())
    throw Error(
        text(operation, ": ", shape, " has more elements than int32 can number; try parts"));
  const Tensor gapless = contiguous(index), places = empty({index.count()}, DType::int32);
  const Around from(gapless, axis);
  const std::int64_t inner = from.inner / static_cast<std::int64_t>(sizeof(std::int32_t));
  const std::int32_t* at = checked_index(operation, reshape(gapless, {-1}), shape[axis]);
  auto* place = static_cast<std::int32_t*>(places.raw());
  for (std::int64_t outer = 0; index.count() > 0 && outer < from.outer; ++outer)
    for (std::int64_t i = 0; i < from.length; ++i)
      for (std::int64_t j = 0; j < inner; ++j)
        *place++ = static_cast<std::int32_t>((outer * shape[axis] + *at++) * inner + j);
  return places;
}

}  // namespace

Tensor gather(const Tensor& x, int axis, const Tensor& index) {
  detail::require_value("gather", x);
  detail::require_value("gather", index);
  axis = resolve_axis("gather", axis, x.rank());
  const Tensor places = places_of("gather", index, x.shape(), axis);
  return reshape(index_select(reshape(x, {x.count()}), 0, places), index.shape());
}

Tensor scatter_add(const Tensor& x, int axis, const Tensor& index, std::int64_t length) {
  detail::require_value("scatter_add", x);
  detail::require_value("scatter_add", index);
  axis = resolve_axis("scatter_add", axis, x.rank());
  if (x.shape() != index.shape() || length < 0)
    throw ShapeError(text("scatter_add: x ", x.shape(), " and index ", index.shape(),
                          " must have one shape, and a length of ", length,
                          " must not be below 0"));
  Shape shape = x.shape();
  shape[axis] = length;
  const Tensor places = places_of("scatter_add", index, shape, axis);
  return reshape(index_add(reshape(x, {x.count()}), 0, places, checked_count(shape)), shape);
}

Tensor unslice(const Tensor& x, int axis, std::int64_t start, std::int64_t step,
               std::int64_t length) {
  axis = resolve_axis("unslice", axis, x.rank());
  const std::int64_t n = x.shape()[axis];
  if (start < 0 || step < 1 ||
      (n > 0 && (start >= length || (n - 1) > (length - 1 - start) / step)))
    throw ShapeError(text("unslice: ", n, " entries from ", start, " in steps of ", step,
                          " have no room in ", length, "; try a larger length"));
  Shape shape = x.shape();
  shape[axis] = length;
  const Tensor y = zeros(shape, x.dtype()), from = contiguous(x);
  const Around to(y, axis);
  const std::int64_t runs = step == 1 ? 1 : n, run = step == 1 ? n * to.inner : to.inner;
  const char* value = static_cast<const char*>(from.raw());
  for (std::int64_t outer = 0; x.count() > 0 && outer < to.outer; ++outer)
    for (std::int64_t i = 0; i < runs; ++i, value += run)
      std::memcpy(static_cast<char*>(y.raw()) + (outer * length + start + i * step) * to.inner,
                  value, static_cast<std::size_t>(run));
  return y;
}

}  // namespace ebb
