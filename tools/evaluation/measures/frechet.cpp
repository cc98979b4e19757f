#include <algorithm>
#include <tensor/elementwise.hpp>
#include <tensor/matmul.hpp>
#include <tensor/reduce.hpp>
#include <tensor/views.hpp>
#include <tools/evaluation/measures/eigenvalues.hpp>
#include <tools/evaluation/measures/frechet.hpp>

namespace ebb::tools {

namespace {

double trace(const Tensor& matrix) {
  return sum(matrix * eye(matrix.size(0), DType::float64)).item();
}

// Square roots of eigenvalues, which rounding may leave below 0.
Tensor roots(const Tensor& values) { return sqrt(maximum(values, 0)); }

}  // namespace

double frechet_distance(const Moments& a, const Moments& b) {
  const SymmetricEigen of_a = symmetric_eigen(a.covariance);
  const Tensor root =
      matmul(transpose(of_a.vectors), unsqueeze(roots(of_a.values), 1) * of_a.vectors);
  const Tensor product = matmul(matmul(root, b.covariance), root);
  const double shared = sum(roots(symmetric_eigen(product).values)).item();
  const double distance =
      sum(square(a.mean - b.mean)).item() + trace(a.covariance) + trace(b.covariance) - 2 * shared;
  return std::max(distance, 0.0);  // rounding may leave less
}

}  // namespace ebb::tools
