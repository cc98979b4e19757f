#include <Eigen/Eigenvalues>
#include <tensor/parts.hpp>
#include <tools/evaluation/measures/eigenvalues.hpp>

namespace ebb::tools {

SymmetricEigen symmetric_eigen(const Tensor& matrix) {
  if (matrix.rank() != 2 || matrix.size(0) != matrix.size(1))
    throw ShapeError(text("symmetric_eigen: matrix ", matrix.shape(), " must be [d, d]"));
  using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic>;
  const std::int64_t d = matrix.size(0);
  // Eigen's matrices lie column by column: rows there are columns here, and the other way around.
  const Tensor columns = contiguous(matrix);
  Matrix lower = Eigen::Map<const Matrix>(columns.data<double>(), d, d).transpose();
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(lower);
  if (solver.info() != Eigen::Success)
    throw Error("symmetric_eigen: no eigenvalues were found; are all numbers finite?");
  const double* const values = solver.eigenvalues().data();
  const double* const vectors = solver.eigenvectors().data();
  return {flip(from_vector(std::vector<double>(values, values + d)), 0),
          flip(from_vector(std::vector<double>(vectors, vectors + d * d), {d, d}), 0)};
}

}  // namespace ebb::tools
