#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <tensor/parts.hpp>
#include <tools/evaluation/measures/eigenvalues.hpp>

namespace ebb::tools {

namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic>;

Matrix matrix_of(const char* operation, const Tensor& matrix) {
  if (matrix.rank() != 2 || matrix.size(0) != matrix.size(1))
    throw ShapeError(text(operation, ": matrix ", matrix.shape(), " must be [d, d]"));
  // Eigen's matrices lie column by column: rows there are columns here, and the other way around.
  const Tensor columns = contiguous(matrix);
  return Eigen::Map<const Matrix>(columns.data<double>(), matrix.size(0), matrix.size(0))
      .transpose();
}

}  // namespace

SymmetricEigen symmetric_eigen(const Tensor& matrix) {
  const std::int64_t d = matrix.rank() > 0 ? matrix.size(0) : 0;
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(matrix_of("symmetric_eigen", matrix));
  if (solver.info() != Eigen::Success)
    throw Error("symmetric_eigen: no eigenvalues were found; are all numbers finite?");
  const double* const values = solver.eigenvalues().data();
  const double* const vectors = solver.eigenvectors().data();
  return {flip(from_vector(std::vector<double>(values, values + d)), 0),
          flip(from_vector(std::vector<double>(vectors, vectors + d * d), {d, d}), 0)};
}

Tensor inverse_of_positive(const Tensor& matrix) {
  const Matrix lower = matrix_of("inverse_of_positive", matrix);
  const Eigen::LLT<Matrix> factor(lower);
  if (factor.info() != Eigen::Success || !lower.allFinite())
    throw Error(
        "inverse_of_positive: the matrix is not positive definite; is a column a sum of others?");
  const Matrix inverse = factor.solve(Matrix::Identity(lower.rows(), lower.cols()));
  return from_vector(std::vector<double>(inverse.data(), inverse.data() + inverse.size()),
                     matrix.shape());
}

}  // namespace ebb::tools
