// How a tensor begins: full of one number, with a range of numbers, or with those of a list.
#pragma once

#include <initializer_list>
#include <tensor/tensor.hpp>
#include <vector>

namespace ebb {

// Undefined contents, row-major; for functions that fill it before anybody else sees it.
// All makers throw ShapeError for a negative length or more elements than memory can hold.
Tensor empty(const Shape& shape, DType dtype = DType::float32);
// Throws Error for a value that int32 cannot hold, where that is the dtype.
Tensor full(const Shape& shape, double value, DType dtype = DType::float32);
Tensor zeros(const Shape& shape, DType dtype = DType::float32);
Tensor ones(const Shape& shape, DType dtype = DType::float32);
Tensor eye(std::int64_t n, DType dtype = DType::float32);  // [n, n], ones on the diagonal

// start, start + step, … as long as the element, in its dtype, is below stop (above it for a
// negative step). Throws Error for a range without end, as with a step of 0, for one of more
// elements than memory can hold, and where int32 cannot hold an element.
Tensor arange(double start, double stop, double step = 1, DType dtype = DType::float32);
inline Tensor arange(double stop, DType dtype = DType::float32) {
  return arange(0, stop, 1, dtype);
}

namespace detail {
Tensor from_elements(const void* first, std::size_t count, DType dtype, const Shape& shape);
void check_row(std::size_t row, std::size_t length, std::size_t first_length);
}  // namespace detail

// Copies the values; without a shape they make one axis. The dtype is that of the values, as in
// from_vector({1.0, 2.0}), float64; from_vector({1.f, 2.f}), float32; from_vector({1, 2}), int32;
// or the one asked for: from_vector<float>({1, 2, 3, 4}, {2, 2}). Rows make a matrix:
// from_vector({{1.f, 2.f}, {3.f, 4.f}}). Throws ShapeError where the values do not fill the shape,
// and where rows differ in length.
template <class T>
Tensor from_vector(const std::vector<T>& values, const Shape& shape) {
  return detail::from_elements(values.data(), values.size(), dtype_of<T>, shape);
}
template <class T>
Tensor from_vector(const std::vector<T>& values) {
  return from_vector(values, {static_cast<std::int64_t>(values.size())});
}
template <class T>
Tensor from_vector(std::initializer_list<T> values, const Shape& shape) {
  return detail::from_elements(values.begin(), values.size(), dtype_of<T>, shape);
}
template <class T>
Tensor from_vector(std::initializer_list<T> values) {
  return from_vector(values, {static_cast<std::int64_t>(values.size())});
}
template <class T>
Tensor from_vector(std::initializer_list<std::initializer_list<T>> rows) {
  std::vector<T> values;
  for (const std::initializer_list<T>& row : rows) {
    detail::check_row(static_cast<std::size_t>(&row - rows.begin()), row.size(),
                      rows.begin()->size());
    values.insert(values.end(), row.begin(), row.end());
  }
  if (rows.size() == 0) return from_vector(values);  // from_vector<float>({})
  return from_vector(values, {static_cast<std::int64_t>(rows.size()),
                              static_cast<std::int64_t>(rows.begin()->size())});
}

}  // namespace ebb
