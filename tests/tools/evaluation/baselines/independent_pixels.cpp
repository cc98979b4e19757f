#include <doctest/doctest.h>

#include <cmath>
#include <tensor/makers.hpp>
#include <tools/evaluation/baselines/independent_pixels.hpp>

using namespace ebb;
using namespace ebb::tools;

TEST_CASE("independent pixels: each is 1 as often as it was in training") {
  // Seen 9 times as a mean of 1/3 and of 0: chances (3 + ½) / 10 and ½ / 10.
  const Tensor train = from_vector({1 / 3.0, 0.0}), test = from_vector({1.0, 0.25});
  CHECK(bernoulli_pixels(train, 9, test) ==
        doctest::Approx(std::log(0.35) + 0.25 * std::log(0.05) + 0.75 * std::log(0.95)));
}

TEST_CASE("independent pixels: each has a histogram of its gray levels") {
  PixelHistograms train, test;
  train.add(from_vector({{0.f, 1.f}, {0.f, 0.4f}}));  // 0.4 is level 102
  train.add(from_vector({{1.f, 1.f}}));
  test.add(from_vector({{0.f, 102 / 255.f}, {1.f, 0.f}}));
  const double all = 3 + 25.6;
  CHECK(train.log_probability(test) ==
        doctest::Approx(0.5 * (std::log(2.1 / all) + std::log(1.1 / all) + std::log(1.1 / all) +
                               std::log(0.1 / all))));
}
