#include <doctest/doctest.h>

#include <cmath>
#include <models/triangular.hpp>
#include <tensor/makers.hpp>

using namespace ebb;

TEST_CASE("triangular: the root and the inverse of small matrices, by hand") {
  const Tensor matrix = from_vector<double>({4, 2, 0, 2, 10, 3, 0, 3, 17}, {3, 3});
  const Tensor root = models::cholesky(matrix);
  CHECK(root.to_vector<double>() == std::vector<double>{2, 0, 0, 1, 3, 0, 0, 1, 4});
  const std::vector<double> inverse = models::lower_inverse(root).to_vector<double>();
  const double expected[] = {0.5, 0, 0, -1.0 / 6, 1.0 / 3, 0, 1.0 / 24, -1.0 / 12, 0.25};
  for (std::size_t i = 0; i < 9; ++i) CHECK(inverse[i] == doctest::Approx(expected[i]));
  const Tensor flat = from_vector<double>({1, 2, 2, 1}, {2, 2});  // an eigenvalue is -1
  CHECK(std::isnan(models::cholesky(flat)[1][1].item()));
}
