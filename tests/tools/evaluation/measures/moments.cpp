#include <doctest/doctest.h>

#include <tensor/compare.hpp>
#include <tensor/makers.hpp>
#include <tests/support.hpp>
#include <tools/evaluation/measures/moments.hpp>

using namespace ebb;
using namespace ebb::tools;

TEST_CASE("moments: mean and covariance of all rows, in whichever batches they came") {
  MomentSums sums;
  sums.add(from_vector({{1.f, 2.f}, {3.f, 2.f}}));
  sums.add(from_vector<float>({5, 8}, {1, 1, 2}));  // an image
  sums.add(zeros({0, 2}));
  const Moments moments = sums.moments();
  CHECK(moments.count == 3);
  CHECK(sums.count() == 3);
  CHECK(allclose(moments.mean, from_vector({3.0, 4.0})));
  CHECK(allclose(moments.covariance, from_vector({{8 / 3.0, 4.0}, {4.0, 8.0}})));
  CHECK(message_of([] { return MomentSums().moments(); }) ==
        "moments: of no rows; there must be at least one");
}

TEST_CASE("moments: those of a linear function follow without the rows") {
  const Tensor rows = from_vector({{1.f, 2.f}, {3.f, 2.f}, {5.f, 8.f}});
  const Tensor origin = from_vector({1.0, 1.0}), matrix = from_vector({{1.0, -2.0}});
  const Moments image = projected(moments_of(rows), origin, matrix);
  // x - 2 y + 1 of the rows: -2, 0, -10
  CHECK(allclose(image.mean, from_vector({-4.0})));
  CHECK(allclose(image.covariance, from_vector({{56 / 3.0}})));
}
