#include <doctest/doctest.h>

#include <autograd/check.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/gradients.hpp>
#include <autograd/reduce.hpp>
#include <cmath>
#include <models/wasserstein_autoencoder.hpp>
#include <nn/layers/hidden.hpp>
#include <nn/layers/linear.hpp>
#include <nn/optimizers/adam.hpp>
#include <tensor/makers.hpp>
#include <tensor/parts.hpp>
#include <tensor/random.hpp>

using namespace ebb;
using models::Kernel, models::maximum_mean_discrepancy;

namespace {

Tensor normal(std::int64_t n, std::int64_t d, Random& random) {
  return randn({n, d}, random, DType::float64);
}

models::WassersteinAutoencoder small() {
  models::WassersteinAutoencoder model(nn::Dense(6, {8, 2}), nn::Dense(2, {8, 6}), 2, 3);
  nn::initialize(model, {.seed = 1, .dtype = DType::float64});
  return model;
}

}  // namespace

TEST_CASE("maximum_mean_discrepancy: two points each, by hand") {
  const Tensor a = from_vector<double>({0, 2}, {2, 1}), b = from_vector<double>({1, 4}, {2, 1});
  const auto k = [](double distance) { return std::exp(-distance * distance / (2 * 1.5 * 1.5)); };
  const double expected = k(2) + k(3) - 2 * (k(1) + k(4) + k(1) + k(2)) / 4;
  CHECK(maximum_mean_discrepancy(a, b, Kernel::gaussian, {1.5}).item() ==
        doctest::Approx(expected).epsilon(1e-13));
  const auto c = [](double distance) { return 4.5 / (4.5 + distance * distance); };  // 2 d h²
  CHECK(maximum_mean_discrepancy(a, b, Kernel::inverse_multiquadratic, {1.5}).item() ==
        doctest::Approx(c(2) + c(3) - (c(1) + c(4) + c(1) + c(2)) / 2).epsilon(1e-13));
}

// E k(a, a') = (1 + 2 / h²)^(-d / 2) for a and a' from N(0, 1); for b from N(m, 1) a factor
// e^(-m² / (2 (h² + 2))) comes in.
TEST_CASE("maximum_mean_discrepancy: of two Gaussians it is 0 or the closed form in the mean") {
  constexpr double h = 2, m = 1;
  constexpr std::int64_t d = 3;
  Random random{1};
  double same = 0, apart = 0;
  constexpr int draws = 200;
  for (int i = 0; i < draws; ++i) {
    const Tensor a = normal(60, d, random), b = normal(60, d, random);
    same += maximum_mean_discrepancy(a, b, Kernel::gaussian, {h}).item() / draws;
    apart += maximum_mean_discrepancy(a, b + m, Kernel::gaussian, {h}).item() / draws;
  }
  const double alike = std::pow(1 + 2 / (h * h), -0.5 * d);
  const double expected = 2 * alike * (1 - std::exp(-d * m * m / (2 * (h * h + 2))));
  CHECK(std::abs(same) < 0.003);
  CHECK(apart == doctest::Approx(expected).epsilon(0.03));
  // Where both sets lie is no matter, in float32 neither.
  const Tensor a = cast(normal(60, d, random), DType::float32), b = 0.5 * a - 1;
  const auto at = [&](const Tensor& x, const Tensor& y) {
    return maximum_mean_discrepancy(x, y, Kernel::gaussian, {h}).item();
  };
  CHECK(at(a + 4096, b + 4096) == doctest::Approx(at(a, b)).epsilon(0.01));
}

TEST_CASE("maximum_mean_discrepancy: gradients, widths and shapes") {
  Random random{1};
  const Tensor a = normal(4, 2, random), b = normal(3, 2, random);
  for (const Kernel kernel : {Kernel::gaussian, Kernel::inverse_multiquadratic}) {
    CHECK_NOTHROW(check_gradients(
        [&](const auto& x) {
          return maximum_mean_discrepancy(x[0], x[1], kernel, {0.7, 2});
        },
        {a, b}, {.order = 2}));
    CHECK(maximum_mean_discrepancy(a, b, kernel, {0.7, 2}).item() ==
          doctest::Approx((maximum_mean_discrepancy(a, b, kernel, {0.7}).item() +
                           maximum_mean_discrepancy(a, b, kernel, {2}).item()) /
                          2));
  }
  CHECK(
      std::isfinite(maximum_mean_discrepancy(slice(a, 0, 0, 1), b, Kernel::gaussian, {1}).item()));
  CHECK_THROWS_WITH_AS(maximum_mean_discrepancy(a, normal(3, 3, random), Kernel::gaussian, {1}),
                       "maximum_mean_discrepancy: points [4, 2] and [3, 3] must be [n, d] and [m, "
                       "d], at least one of each",
                       ShapeError);
  CHECK_THROWS_WITH_AS(maximum_mean_discrepancy(a, b, Kernel::gaussian, {}),
                       "maximum_mean_discrepancy: 0 widths; try naming one", Error);
}

TEST_CASE("wasserstein autoencoder: its loss is the error's sum and the weighted discrepancy") {
  const models::WassersteinAutoencoder model = small();
  Random data{2}, noise{3};
  const Tensor x = rand({5, 6}, data, DType::float64);
  nn::Pass pass{noise};
  const models::WassersteinLoss terms = model.loss(x, pass);
  CHECK(terms.reconstruction.shape() == Shape{5});
  CHECK(mean(terms.reconstruction).item() ==
        doctest::Approx(6 * mean(square(model(x).value() - x)).item()).epsilon(1e-13));
  CHECK(terms.loss.item() ==
        doctest::Approx(mean(terms.reconstruction).item() + 3 * terms.discrepancy.item()));
}

TEST_CASE("wasserstein autoencoder: one example has no pair of codes, and no discrepancy") {
  const models::WassersteinAutoencoder model = small();
  Random data{2}, noise{3};
  const Tensor x = rand({1, 6}, data, DType::float64);
  nn::Pass pass{noise};
  const models::WassersteinLoss terms = model.loss(x, pass);
  CHECK(terms.discrepancy.item() == 0);
  CHECK(terms.loss.item() == terms.reconstruction.item());
}

TEST_CASE("wasserstein autoencoder: codes come to lie as the prior does") {
  models::WassersteinAutoencoder model(nn::Linear(2, 2), nn::Linear(2, 2), 2, 1000);
  nn::initialize(model, {.seed = 1});
  Random noise{4};
  const Tensor x = 5 * randn({80, 2}, noise) + 3;
  nn::Adam adam{model, {.learning_rate = 0.02}};
  for (int i = 0; i < 400; ++i) {
    nn::Pass pass{noise, true};
    adam.step(backward(model.loss(x, pass).loss), pass);
  }
  const Tensor codes = model.encode(x).value();
  CHECK(std::abs(mean(codes).item()) < 0.2);
  CHECK(std::sqrt(mean(square(codes)).item()) == doctest::Approx(1).epsilon(0.2));
  CHECK(model.sample(3, noise, 0).shape() == Shape{3, 2});
}
