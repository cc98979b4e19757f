#include <doctest/doctest.h>

#include <tensor/makers.hpp>
#include <tensor/random.hpp>
#include <tests/support.hpp>
#include <tools/evaluation/measures/linear_probe.hpp>

using namespace ebb;
using namespace ebb::tools;

TEST_CASE("linear_probe_accuracy: what a line separates is learned, a ring around it is not") {
  std::vector<float> points;
  std::vector<std::int32_t> half, ring;
  for (int x = -10; x <= 10; ++x)
    for (int y = -10; y <= 10; ++y) {
      points.insert(points.end(), {float(x), 1000.f * float(y)});  // of very different scales
      half.push_back(x + 2 * y > 0 ? 2 : 0);
      ring.push_back(x * x + y * y > 50 ? 1 : 0);
    }
  const auto n = static_cast<std::int64_t>(half.size());
  const Tensor codes = from_vector(points, {n, 2});
  const LabelledCodes line = {codes, from_vector(half)}, circle = {codes, from_vector(ring)};
  CHECK(linear_probe_accuracy(line, line, 3) > 0.97);  // the penalty keeps the weights finite
  // The best line says "outside" everywhere.
  CHECK(linear_probe_accuracy(circle, circle, 2) == doctest::Approx(280 / 441.0));
}

TEST_CASE("linear_probe_accuracy: codes that do not vary, and those that do not fit") {
  const LabelledCodes constant = {full({4, 2}, 3), from_vector({1, 1, 1, 0})};
  CHECK(linear_probe_accuracy(constant, constant, 2) == 0.75);
  CHECK(message_of<ShapeError>([&] {
          return linear_probe_accuracy(constant, {zeros({4, 1}), from_vector({1, 1, 1, 0})}, 2);
        }) == "linear_probe_accuracy: codes [4, 2] and [4, 1] must be [n, width], of one width");
}
