// Matrix products.
#pragma once

#include <tensor/makers.hpp>

namespace ebb {

// c = a b for a [..., m, k] and b [..., k, n]: [..., m, n], new; leading axes broadcast. Strides
// may be any, so a transposed view costs nothing. The error is at most k epsilon sum |a| |b| per
// element, and the bits do not depend on the number of threads. Throws ShapeError, DTypeError
// (int32, or two dtypes).
Tensor matmul(const Tensor& a, const Tensor& b);

// x Wᵀ + bias for x [..., in], weight [out, in] and bias [out] in one pass: [..., out], new. Equals
// matmul(x, transpose(weight)) + bias. Without bias: x Wᵀ.
Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias);
Tensor linear(const Tensor& x, const Tensor& weight);

}  // namespace ebb
