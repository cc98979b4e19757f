#include <algorithm>
#include <limits>
#include <tensor/shape.hpp>

namespace ebb {

Shape::Shape(const std::vector<std::int64_t>& values) {
  if (values.size() > max_axes)
    throw ShapeError(text("shape: ", values.size(), " lengths came, and a tensor has at most ",
                          max_axes, " axes; try to join some into one"));
  for (const std::int64_t value : values) push_back(value);
}

void Shape::refuse_another_axis() {
  throw ShapeError(text("shape: a tensor has at most ", max_axes,
                        " axes, and this asks for one more; try reshape to join some"));
}

void append(std::string& out, const Shape& shape) {
  out += '[';
  for (int i = 0; i < shape.rank(); ++i) out += (i ? ", " : "") + std::to_string(shape[i]);
  out += ']';
}

std::int64_t checked_count(const Shape& shape, const char* operation) {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max() / 16;
  std::int64_t product = 1;
  for (std::int64_t length : shape) {
    if (length < 0)
      throw ShapeError(text(operation, ": ", shape, " has a negative length; try 0 or more"));
    length = std::max<std::int64_t>(length, 1);
    if (product > most / length)
      throw ShapeError(text(operation, ": ", shape,
                            " has more elements than memory can hold; try a smaller one"));
    product *= length;
  }
  return shape.count();
}

int resolve_axis(const char* operation, std::int64_t axis, int rank) {
  if (rank == 0)
    throw ShapeError(
        text(operation, ": axis ", axis, " of a scalar, which has no axes; try unsqueeze"));
  if (axis < -rank || axis >= rank)
    throw ShapeError(text(operation, ": axis ", axis, " does not exist in a tensor of rank ", rank,
                          "; try ", -rank, " to ", rank - 1));
  return static_cast<int>(axis < 0 ? axis + rank : axis);
}

Shape row_major_strides(const Shape& shape) {
  checked_count(shape);  // else a product of lengths could overflow
  Shape strides = shape;
  std::int64_t stride = 1;
  for (int i = shape.rank() - 1; i >= 0; --i) {
    strides[i] = stride;
    stride *= std::max<std::int64_t>(shape[i], 1);
  }
  return strides;
}

Shape broadcast_shapes(const char* operation, const Shape& a, const Shape& b) {
  if (a == b) return a;
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
