#include <doctest/doctest.h>

#include <limits>
#include <tensor/compare.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/makers.hpp>
#include <tensor/matmul.hpp>
#include <tensor/views.hpp>
#include <tests/support.hpp>
#include <tools/evaluation/measures/eigenvalues.hpp>

using namespace ebb;
using namespace ebb::tools;

TEST_CASE("symmetric_eigen: values from the largest down, each with its vector in a row") {
  // Of [[2, 1], [1, 2]]: 3 along (1, 1) and 1 along (1, -1); and 5 by itself.
  const Tensor matrix = from_vector<double>({2, 1, 0, 1, 2, 0, 0, 0, 5}, {3, 3});
  const auto [values, vectors] = symmetric_eigen(matrix);
  CHECK(allclose(values, from_vector({5.0, 3.0, 1.0})));
  CHECK(allclose(abs(vectors[0]), from_vector({0.0, 0.0, 1.0})));
  CHECK(allclose(square(vectors[1]), from_vector({0.5, 0.5, 0.0})));
  CHECK(allclose(matmul(vectors, transpose(vectors)), eye(3, DType::float64)));
  CHECK(allclose(matmul(matrix, transpose(vectors)), transpose(vectors) * values));
}

TEST_CASE("symmetric_eigen: what is no finite square matrix is refused") {
  CHECK(message_of<ShapeError>([] {
          return symmetric_eigen(zeros({2, 3}, DType::float64));
        }) == "symmetric_eigen: matrix [2, 3] must be [d, d]");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(message_of([&] {
          return symmetric_eigen(full({2, 2}, nan, DType::float64));
        }) == "symmetric_eigen: no eigenvalues were found; are all numbers finite?");
}

TEST_CASE("inverse_of_positive: a matrix times it is one") {
  const Tensor matrix = from_vector<double>({2, 1, 0, 1, 2, 0, 0, 0, 5}, {3, 3});
  const Tensor inverse = inverse_of_positive(matrix);
  CHECK(allclose(inverse * 3.0, from_vector<double>({2, -1, 0, -1, 2, 0, 0, 0, 0.6}, {3, 3})));
  CHECK(allclose(matmul(matrix, inverse), eye(3, DType::float64)));
}

TEST_CASE("inverse_of_positive: what has no positive eigenvalues alone is refused") {
  CHECK(message_of<ShapeError>([] {
          return inverse_of_positive(zeros({2, 3}, DType::float64));
        }) == "inverse_of_positive: matrix [2, 3] must be [d, d]");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double value : {0.0, -1.0, nan})
    CHECK(message_of([&] {
            return inverse_of_positive(full({2, 2}, value, DType::float64));
          }) ==
          "inverse_of_positive: the matrix is not positive definite; is a column a sum of others?");
}
