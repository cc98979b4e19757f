// The eigenvalues and the inverse of a symmetric matrix.
#pragma once

#include <tensor/tensor.hpp>

namespace ebb::tools {

struct SymmetricEigen {
  Tensor values;   // [d], the largest first
  Tensor vectors;  // [d, d]: row i belongs to value i, has length 1 and is orthogonal to the others
};

// Of a float64 matrix [d, d] of finite numbers; its lower triangle is read. Throws ShapeError and
// Error.
SymmetricEigen symmetric_eigen(const Tensor& matrix);

// The inverse of a positive definite float64 matrix [d, d], whose lower triangle is read, by its
// Cholesky factor: many times faster than by eigenvalues. Throws ShapeError and Error.
Tensor inverse_of_positive(const Tensor& matrix);

}  // namespace ebb::tools
