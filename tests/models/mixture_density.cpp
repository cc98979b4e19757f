#include <doctest/doctest.h>

#include <cmath>
#include <models/mixture_density.hpp>
#include <tensor/compare.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/makers.hpp>
#include <tensor/matmul.hpp>
#include <tensor/parts.hpp>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>
#include <tensor/views.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;
using models::MixtureDensity;

namespace {

MixtureDensity make(std::int64_t components, std::int64_t width) {
  MixtureDensity density(components, width);
  nn::initialize(density, {.dtype = DType::float64});
  return density;
}

}  // namespace

TEST_CASE("mixture density: before a fit it is N(0, 1)") {
  const MixtureDensity density = make(3, 2);
  CHECK_FALSE(density.is_fitted());
  const Tensor x = from_vector<double>({0, 0, 1, -2}, {2, 2});
  const Tensor log_p = density.log_probability(x);
  CHECK(log_p[0].item() == doctest::Approx(-1.8378770664093453).epsilon(1e-14));
  CHECK(log_p[1].item() == doctest::Approx(-1.8378770664093453 - 2.5).epsilon(1e-14));
}

TEST_CASE("mixture density: one component takes the mean and covariance of the points") {
  Random random{1};
  const Tensor x = randn({500, 3}, random, DType::float64);
  const Tensor mix = from_vector<double>({1, 2, 0, 0, 1, -1, 0, 0, 0.5}, {3, 3});
  const Tensor points = matmul(x, mix) + 4;
  MixtureDensity density = make(1, 3);
  const double found = density.fit(points, random);
  CHECK(density.is_fitted());
  const Tensor middle = mean(points, 0), apart = points - middle;
  const Tensor floor = 1e-3 * mean(square(apart)) * eye(3, DType::float64);
  const Tensor covariance = matmul(transpose(apart), apart) / 500 + floor;
  const Tensor root = density.factors.value()[0];
  CHECK(amax(abs(density.means.value()[0] - middle)).item() < 1e-8);
  CHECK(amax(abs(matmul(root, transpose(root)) - covariance)).item() < 1e-8);
  CHECK(mean(density.log_probability(points)).item() == doctest::Approx(found).epsilon(1e-9));
}

TEST_CASE("mixture density: two heaps are found, and drawn again") {
  Random random{3};
  const Tensor a = randn({300, 2}, random, DType::float64) * 0.5 + 5;
  const Tensor b = randn({100, 2}, random, DType::float64) - 3;
  MixtureDensity density = make(2, 2);
  static_cast<void>(density.fit(cat({a, b}), random));
  const std::vector<double> weights = exp(density.log_weights.value()).to_vector<double>();
  CHECK(std::max(weights[0], weights[1]) == doctest::Approx(0.75).epsilon(0.02));
  const Tensor drawn = density.sample(4000, random);
  CHECK(drawn.shape() == Shape{4000, 2});
  CHECK(mean(drawn > 2).item() == doctest::Approx(0.75).epsilon(0.03));
  CHECK(mean(drawn).item() == doctest::Approx(0.75 * 5 - 0.25 * 3).epsilon(0.05));
  // Cold draws lie at the means.
  const Tensor cold = density.sample(50, random, 0);
  for (std::int64_t i = 0; i < 50; ++i)
    CHECK(std::min(amax(abs(cold[i] - density.means.value()[0])).item(),
                   amax(abs(cold[i] - density.means.value()[1])).item()) < 1e-12);
}

TEST_CASE(
    "mixture density: more steps never make the points less probable, and it adds up to one") {
  Random random{3};
  const Tensor points = cat(
      {randn({200, 1}, random, DType::float64), randn({200, 1}, random, DType::float64) * 3 + 4});
  double before = -1e9;
  for (const std::int64_t components : {1, 2, 4}) {
    MixtureDensity density = make(components, 1);
    Random noise{5};
    const double now = density.fit(points, noise);
    CHECK(now == doctest::Approx(mean(density.log_probability(points)).item()).epsilon(1e-9));
    CHECK(now > before - 0.01);  // the added variance costs that little
    before = now;
    const Tensor z = unsqueeze(arange(-30, 30, 0.01, DType::float64), 1);
    CHECK(sum(exp(density.log_probability(z))).item() * 0.01 == doctest::Approx(1).epsilon(1e-6));
  }
}

TEST_CASE("mixture density: the same fit on any number of threads; equal points are no trouble") {
  Random random{3};
  const Tensor points = cat({randn({2500, 8}, random), randn({2500, 8}, random) + 9});
  CHECK(same_on_any_number_of_threads([&] {
    MixtureDensity density(2, 8);
    nn::initialize(density);
    Random noise{5};
    static_cast<void>(density.fit(points, noise));
    return density.factors.value();
  }));
  MixtureDensity constant = make(2, 2);
  CHECK(std::isfinite(constant.fit(full({10, 2}, 0.7), random)));
  CHECK(mean(abs(constant.sample(100, random) - 0.7)).item() < 1e-4);
}

TEST_CASE("mixture density: what cannot be fitted is refused") {
  Random random{3};
  MixtureDensity density = make(3, 2);
  CHECK_THROWS_WITH_AS(static_cast<void>(density.fit(zeros({5, 3}), random)),
                       "mixture_density: points [5, 3] must be [n, 2]", ShapeError);
  CHECK_THROWS_WITH_AS(static_cast<void>(density.fit(zeros({2, 2}), random)),
                       "mixture_density: 2 points for 3 components; there must be as many, at "
                       "least 2, all of them finite",
                       Error);
  CHECK_THROWS_AS(static_cast<void>(density.fit(full({5, 2}, NAN), random)), Error);
}
