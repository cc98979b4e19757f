// How loops go through strided memory: axes that lie in one line are joined, and what remains is a
// list of rows, each a run along the innermost axis. For tensor/ alone.
#pragma once

#include <array>
#include <cstdint>
#include <tensor/machine/parallel.hpp>
#include <tensor/shape.hpp>

namespace ebb {
class Tensor;
}

namespace ebb::detail {

// Fills y with x's elements, row by row and shared by the threads. Both have one shape and dtype;
// their strides may be any, so that y may be a view of a tensor that is being made.
void copy_into(const Tensor& x, const Tensor& y);

// Up to N operands of one shape, each with its own strides.
template <int N>
struct Walk {
  Shape shape;
  std::array<Shape, N> strides;

  std::int64_t columns() const { return shape.rank() == 0 ? 1 : shape.back(); }
  std::int64_t rows() const { return columns() == 0 ? 0 : shape.count() / columns(); }
  std::int64_t column_stride(int operand) const {
    return shape.rank() == 0 ? 1 : strides[operand].back();
  }

  // How many rows follow each other along one axis, and how far apart they lie in an operand.
  std::int64_t rows_along() const { return shape.rank() < 2 ? 1 : shape[shape.rank() - 2]; }
  std::int64_t row_step(int operand) const {
    return shape.rank() < 2 ? 0 : strides[operand][shape.rank() - 2];
  }

  // Where a row begins in each operand, in elements.
  std::array<std::int64_t, N> row_offsets(std::int64_t row) const {
    std::array<std::int64_t, N> offsets = {};
    for (int axis = shape.rank() - 2; axis >= 0; --axis) {
      const std::int64_t index = row % shape[axis];
      row /= shape[axis];
      for (int i = 0; i < N; ++i) offsets[i] += index * strides[i][axis];
    }
    return offsets;
  }
};

// Drops axes of length 1 and joins each axis with the next where every operand's strides allow it.
template <int N>
Walk<N> collapse(const Shape& shape, const std::array<Shape, N>& strides) {
  Walk<N> walk;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if (shape[axis] == 1) continue;
    const int last = walk.shape.rank() - 1;
    bool joins = last >= 0;
    for (int i = 0; joins && i < N; ++i)
      joins = walk.strides[i][last] == strides[i][axis] * shape[axis];
    if (joins) {
      walk.shape[last] *= shape[axis];
      for (int i = 0; i < N; ++i) walk.strides[i][last] = strides[i][axis];
    } else {
      walk.shape.push_back(shape[axis]);
      for (int i = 0; i < N; ++i) walk.strides[i].push_back(strides[i][axis]);
    }
  }
  return walk;
}

// How a loop over rows is shared: a piece holds several short rows, or a stretch of a long one.
struct RowPieces {
  std::int64_t stretch;    // columns of a piece at most
  std::int64_t stretches;  // of a row
  std::int64_t rows;       // of a piece
};

// Pieces are worth a thread where they hold about `least` elements.
inline RowPieces share_rows(std::int64_t rows, std::int64_t columns, std::int64_t least) {
  constexpr std::int64_t line = 64;  // elements that fill cache lines, whatever their dtype
  if (columns <= least)
    return {columns, 1, even_grain(rows, columns > 0 ? least / columns : least)};
  const std::int64_t stretch = divide_up(even_grain(columns, least), line) * line;
  return {stretch, divide_up(columns, stretch), 1};
}

// The axes from the largest stride to the smallest: the order in which the elements lie.
inline Shape memory_order(const Shape& strides) {
  Shape order = Shape::filled(strides.rank(), 0);
  for (int i = 0; i < order.rank(); ++i) {
    int place = i;
    for (; place > 0 && strides[static_cast<int>(order[place - 1])] < strides[i]; --place)
      order[place] = order[place - 1];
    order[place] = i;
  }
  return order;
}

inline Shape pick(const Shape& values, const Shape& order) {
  Shape picked = order;
  for (int i = 0; i < order.rank(); ++i) picked[i] = values[static_cast<int>(order[i])];
  return picked;
}

// Strides without gaps for elements that lie in the given order of axes.
inline Shape dense_strides(const Shape& shape, const Shape& order) {
  const Shape inner = row_major_strides(pick(shape, order));
  Shape strides = shape;
  for (int i = 0; i < order.rank(); ++i) strides[static_cast<int>(order[i])] = inner[i];
  return strides;
}

}  // namespace ebb::detail
