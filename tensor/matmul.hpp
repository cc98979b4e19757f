// Matrix products.
#pragma once

#include <tensor/makers.hpp>

namespace ebb {

// c = a b for a [..., m, k] and b [..., k, n]: [..., m, n], new; leading axes broadcast. A vector
// [k] on the left is a row, one on the right a column, and that axis is left out of c, as in
// PyTorch. Strides may be any, so a transposed view costs nothing. The error is at most k epsilon
// sum |a| |b| per element, and the bits do not depend on the number of threads. Throws ShapeError,
// DTypeError (int32, or two dtypes).
Tensor matmul(const Tensor& a, const Tensor& b);

// Σ a b of two vectors of one length: a scalar, as matmul's. ShapeError for anything else.
Tensor dot(const Tensor& a, const Tensor& b);

// c[i, j] = a[i] b[j] for two vectors [m] and [n]: [m, n], new. ShapeError for anything else.
Tensor outer(const Tensor& a, const Tensor& b);

// x Wᵀ + bias for x [..., in], weight [out, in] and bias [out] in one pass: [..., out], new. Equals
// matmul(x, transpose(weight)) + bias. Without bias: x Wᵀ. A weight [in] makes one output, whose
// axis is left out; its bias is a scalar.
Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias);
Tensor linear(const Tensor& x, const Tensor& weight);

}  // namespace ebb
