// Roots of covariance matrices: small matrices in plain loops.
#pragma once

#include <tensor/tensor.hpp>

namespace ebb::models {

// L of a symmetric positive definite Σ = L Lᵀ, lower triangular, [d, d], float64. Where Σ is not
// positive definite, NaN or 0 stands on the diagonal.
Tensor cholesky(const Tensor& matrix);
// The inverse of a lower triangular matrix, which is one as well.
Tensor lower_inverse(const Tensor& lower);

}  // namespace ebb::models
