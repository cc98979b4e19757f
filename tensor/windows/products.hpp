// The three products of a convolution y = x * w, each of which is linear in two of x, w and y and
// gives the third's shape. Each is the derivative of the others by what it does not hold.
#pragma once

#include <tensor/tensor.hpp>
#include <tensor/windows/patches.hpp>

namespace ebb::detail {

// x [batch, groups · in, rows.in, columns.in], w [groups · out, in, rows.kernel, columns.kernel],
// y [batch, groups · out, rows.out, columns.out].
struct Convolution {
  std::int64_t batch, groups, in, out;
  WindowAxis rows, columns;

  Shape x_shape() const { return {batch, groups * in, rows.in, columns.in}; }
  Shape w_shape() const { return {groups * out, in, rows.kernel, columns.kernel}; }
  Shape y_shape() const { return {batch, groups * out, rows.out, columns.out}; }
};

// y = x * w, plus bias [groups · out] unless it is nullptr.
Tensor convolve(const Tensor& x, const Tensor& w, const Tensor* bias, const Convolution& c);

// The derivative of convolve by x where y arrives: its transpose, a convolution the other way round
// (plus bias [groups · in]).
Tensor convolve_back(const Tensor& y, const Tensor& w, const Tensor* bias, const Convolution& c);

// Its derivative by w where y arrives: how like each window of x is to y.
Tensor correlate(const Tensor& x, const Tensor& y, const Convolution& c);

}  // namespace ebb::detail
