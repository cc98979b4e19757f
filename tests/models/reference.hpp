// Dense layers and their gradients by plain loops over double: what the models are held against.
#pragma once

#include <doctest/doctest.h>

#include <autograd/gradients.hpp>
#include <cmath>
#include <nn/parts.hpp>
#include <span>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>
#include <vector>

struct Matrix {
  std::size_t rows = 0, columns = 0;
  std::vector<double> values;
  double operator()(std::size_t i, std::size_t j) const { return values[i * columns + j]; }
  double& operator()(std::size_t i, std::size_t j) { return values[i * columns + j]; }
};

inline Matrix zero_matrix(std::size_t rows, std::size_t columns) {
  return {rows, columns, std::vector<double>(rows * columns)};
}

// A vector is a matrix of one row.
inline Matrix matrix(const ebb::Tensor& x) {
  const auto columns = static_cast<std::size_t>(x.size(-1));
  const auto rows = x.rank() == 1 ? 1 : static_cast<std::size_t>(x.size(0));
  return {rows, columns, ebb::cast(x, ebb::DType::float64).to_vector<double>()};
}

inline std::vector<Matrix> numbers_of(const ebb::nn::Module& model) {
  std::vector<Matrix> result;
  for (const auto& [name, part] : ebb::nn::Parts(model).parameters)
    result.push_back(matrix(part->value()));
  return result;
}

inline Matrix affine(const Matrix& x, const Matrix& weight, const Matrix& bias) {
  Matrix y = zero_matrix(x.rows, weight.rows);
  for (std::size_t i = 0; i < y.rows; ++i)
    for (std::size_t j = 0; j < y.columns; ++j) {
      y(i, j) = bias(0, j);
      for (std::size_t k = 0; k < x.columns; ++k) y(i, j) += x(i, k) * weight(j, k);
    }
  return y;
}

inline Matrix times(const Matrix& a, const Matrix& b) {
  Matrix y = zero_matrix(a.rows, b.columns);
  for (std::size_t i = 0; i < y.rows; ++i)
    for (std::size_t k = 0; k < a.columns; ++k)
      for (std::size_t j = 0; j < y.columns; ++j) y(i, j) += a(i, k) * b(k, j);
  return y;
}

// dW of y = x W^T: dy^T x.
inline Matrix weight_gradient(const Matrix& dy, const Matrix& x) {
  Matrix dw = zero_matrix(dy.columns, x.columns);
  for (std::size_t i = 0; i < dy.rows; ++i)
    for (std::size_t j = 0; j < dy.columns; ++j)
      for (std::size_t k = 0; k < x.columns; ++k) dw(j, k) += dy(i, j) * x(i, k);
  return dw;
}

inline Matrix column_sums(const Matrix& dy) {
  Matrix sums = zero_matrix(1, dy.columns);
  for (std::size_t i = 0; i < dy.rows; ++i)
    for (std::size_t j = 0; j < dy.columns; ++j) sums(0, j) += dy(i, j);
  return sums;
}

template <class F>
Matrix each(Matrix x, const F& f) {
  for (double& value : x.values) value = f(value);
  return x;
}

// The gradients of all parameters, in their order.
inline void check_gradients_of(const ebb::nn::Module& model, const ebb::Gradients& found,
                               std::span<const Matrix> expected, double tolerance) {
  const auto parameters = ebb::nn::Parts(model).parameters;
  REQUIRE(parameters.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CAPTURE(parameters[i].first);
    const Matrix gradient = matrix(found[parameters[i].second->leaf()]);
    double worst = 0;
    for (std::size_t j = 0; j < expected[i].values.size(); ++j)
      worst = std::max(worst, std::abs(gradient.values[j] - expected[i].values[j]));
    CHECK(worst <= tolerance);
  }
}
