#include <doctest/doctest.h>

#include <cmath>
#include <tensor/elementwise.hpp>
#include <tensor/makers.hpp>
#include <tools/evaluation/measures/frechet.hpp>

using namespace ebb;
using namespace ebb::tools;

TEST_CASE("frechet_distance: of Gaussians along the same axes, of means and standard deviations") {
  const Moments a = {0, from_vector({1.0, 2.0}), from_vector({{4.0, 0.0}, {0.0, 9.0}})};
  const Moments b = {0, from_vector({4.0, -2.0}), from_vector({{1.0, 0.0}, {0.0, 25.0}})};
  CHECK(frechet_distance(a, a) == doctest::Approx(0));
  CHECK(frechet_distance(a, b) == doctest::Approx(9 + 16 + 1 + 4));
  CHECK(frechet_distance(b, a) == doctest::Approx(30));
}

TEST_CASE("frechet_distance: of turned Gaussians, and of one without width") {
  const Tensor origin = from_vector({0.0, 0.0});
  const Moments a = {0, origin, from_vector({{2.0, 1.0}, {1.0, 2.0}})};
  const Moments b = {0, origin, from_vector({{1.0, 0.0}, {0.0, 4.0}})};
  // In two dimensions tr √M = √(tr M + 2 √det M), of M = A B: tr 10, det 12.
  CHECK(frechet_distance(a, b) == doctest::Approx(4 + 5 - 2 * std::sqrt(10 + 2 * std::sqrt(12.0))));
  const Moments point = {0, origin, from_vector({{0.0, 0.0}, {0.0, 0.0}})};
  CHECK(frechet_distance(a, point) == doctest::Approx(4));
  CHECK(frechet_distance(point, a) == doctest::Approx(4));
}
