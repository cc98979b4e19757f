#include <algorithm>
#include <tensor/common/require_value.hpp>
#include <tensor/common/strided.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/parts.hpp>
#include <tensor/views.hpp>

namespace ebb {
namespace {

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
  std::int64_t start = 0;
  for (const Tensor& part : parts) {
    const std::int64_t stop = start + part.shape()[axis];
    detail::copy_into(part, slice(y, axis, start, stop));
    start = stop;
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
  const Tensor y = zeros(shape, x.dtype());
  if (n > 0) detail::copy_into(x, slice(y, axis, start, start + (n - 1) * step + 1, step));
  return y;
}

Tensor flip(const Tensor& x, const Axes& axes) {
  detail::require_value("flip", x);
  if (axes.rank() == 0) return x;
  const Reduction turned = reduction("flip", x.shape(), axes);
  if (x.count() == 0) return x;
  Shape strides = x.strides();
  std::int64_t first = x.offset();
  for (std::int64_t axis : turned.axes) {
    const int i = static_cast<int>(axis);
    first += (x.shape()[i] - 1) * strides[i];
    strides[i] = -strides[i];
  }
  const Tensor y = empty(x.shape(), x.dtype());  // no view: elsewhere strides are never negative
  detail::copy_into({x.storage(), x.dtype(), x.shape(), strides, first}, y);
  return y;
}

Tensor repeat(const Tensor& x, const Shape& times) {
  detail::require_value("repeat", x);
  Shape shape = x.shape();
  bool fits = times.rank() >= x.rank();
  for (std::int64_t number : times) fits = fits && number >= 0;
  if (!fits)
    throw ShapeError(text("repeat: ", times, " times ", shape,
                          "; give a number from 0 for each axis, and for new ones in front"));
  while (shape.rank() < times.rank()) shape.insert(0, 1);
  Tensor y = reshape(x, shape);
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {  // each copies the blocks that are made
    if (times[axis] == 1) continue;
    std::int64_t outer = 1;
    for (int i = 0; i < axis; ++i) outer *= shape[i];
    Shape longer = shape;
    longer[axis] *= times[axis];
    const std::int64_t block = checked_count(shape) == 0 ? 0 : shape.count() / outer;
    checked_count(longer);
    y = reshape(expand(reshape(y, {outer, 1, block}), {outer, times[axis], block}), longer);
    shape = longer;
  }
  return y;
}

namespace {

// Each row of a matrix keeps the columns from `first` to `last`, both moving on by one a row.
Tensor band(const char* operation, const Tensor& x, bool lower, std::int64_t diagonal) {
  detail::require_value(operation, x);
  if (x.rank() < 2)
    throw ShapeError(text(operation, ": ", x.shape(),
                          " is no matrix; it must be [..., rows, columns], try reshape"));
  const Tensor from = contiguous(x), y = empty(x.shape(), x.dtype());
  const std::int64_t columns = x.size(-1), height = x.size(-2);
  const std::int64_t edge = std::clamp(diagonal, -height - 1, columns + 1);
  const std::int64_t rows = columns == 0 ? 0 : x.count() / columns;
  with_dtype(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    parallel_for(
        rows,
        even_grain(rows, std::max<std::int64_t>(1, 16384 / std::max<std::int64_t>(1, columns))),
        [&](std::int64_t begin, std::int64_t end) {
          for (std::int64_t row = begin; row < end; ++row) {
            const T* const source = from.data<T>() + row * columns;
            T* const to = static_cast<T*>(y.raw()) + row * columns;
            const std::int64_t middle =
                std::clamp<std::int64_t>(row % height + edge + (lower ? 1 : 0), 0, columns);
            const std::int64_t first = lower ? 0 : middle, last = lower ? middle : columns;
            std::fill_n(to, first, T{0});
            std::copy(source + first, source + last, to + first);
            std::fill(to + last, to + columns, T{0});
          }
        });
  });
  return y;
}

}  // namespace

Tensor tril(const Tensor& x, std::int64_t diagonal) { return band("tril", x, true, diagonal); }
Tensor triu(const Tensor& x, std::int64_t diagonal) { return band("triu", x, false, diagonal); }

}  // namespace ebb
