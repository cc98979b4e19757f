#include <algorithm>
#include <tensor/shape.hpp>

namespace ebb {

int resolve_axis(const char* operation, int axis, int rank) {
  if (axis < -rank || axis >= rank)
    throw ShapeError(text(operation, ": axis ", axis, " does not exist in a tensor of ", rank,
                          " axes; try ", -rank, " to ", rank - 1));
  return axis < 0 ? axis + rank : axis;
}

Shape row_major_strides(const Shape& shape) {
  Shape strides = shape;
  std::int64_t stride = 1;
  for (int i = shape.rank() - 1; i >= 0; --i) {
    strides[i] = stride;
    stride *= std::max<std::int64_t>(shape[i], 1);
  }
  return strides;
}

Shape broadcast_shapes(const char* operation, const Shape& a, const Shape& b) {
  const Shape& longer = a.rank() >= b.rank() ? a : b;
  const Shape& shorter = a.rank() >= b.rank() ? b : a;
  Shape common = longer;
  const int extra = longer.rank() - shorter.rank();
  for (int i = 0; i < shorter.rank(); ++i) {
    std::int64_t& length = common[i + extra];
    if (length == 1)
      length = shorter[i];
    else if (shorter[i] != 1 && shorter[i] != length)
      throw ShapeError(
          text(operation, ": shapes ", a, " and ", b,
               " do not broadcast: aligned at the last axis, lengths must be equal or 1"
               "; try reshape or unsqueeze"));
  }
  return common;
}

}  // namespace ebb
