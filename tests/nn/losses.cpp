#include <doctest/doctest.h>

#include <autograd/check.hpp>
#include <cmath>
#include <nn/losses.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/makers.hpp>
#include <tensor/random.hpp>

using namespace ebb;
using nn::LossReduction;

TEST_CASE("mse_loss: the mean, the sum, or each element's square") {
  const Variable x = from_vector<float>({1, 2, 3, 4}, {2, 2}), t = zeros({2, 2});
  CHECK(nn::mse_loss(x, t).item() == 7.5);
  CHECK(nn::mse_loss(x, t, LossReduction::sum).item() == 30);
  CHECK(nn::mse_loss(x, t, LossReduction::none).value().to_vector<float>() ==
        std::vector<float>{1, 4, 9, 16});
}

TEST_CASE("binary_cross_entropy_with_logits: exact, and finite where exp overflows") {
  const Variable x = from_vector<double>({0, 2, -3, 1000, -1000, 1000});
  const Variable t = from_vector<double>({0.25, 1, 1, 1, 0, 0});
  const std::vector<double> y =
      nn::binary_cross_entropy_with_logits(x, t, LossReduction::none).value().to_vector<double>();
  CHECK(y[0] == doctest::Approx(0.693147180559945309).epsilon(1e-14));
  CHECK(y[1] == doctest::Approx(0.126928011042972496).epsilon(1e-14));
  CHECK(y[2] == doctest::Approx(3.04858735157374206).epsilon(1e-14));
  CHECK(y[3] == 0);
  CHECK(y[4] == 0);
  CHECK(y[5] == 1000);
}

TEST_CASE("kl_divergence: from the standard normal, per row, in nats") {
  const Variable mean = from_vector<double>({0, 0, 1, -2}, {2, 2});
  const Variable log_variance = from_vector<double>({0, 0, std::log(4.0), 0}, {2, 2});
  const std::vector<double> kl = nn::kl_divergence(mean, log_variance).value().to_vector<double>();
  CHECK(kl[0] == 0);
  CHECK(kl[1] == doctest::Approx(0.5 * (1 + 4 - 1 - std::log(4.0)) + 2).epsilon(1e-14));
}

TEST_CASE("kl_divergence: between two Gaussians, 0 of one from itself") {
  Random random{3};
  const Variable m = randn({3, 4}, random, DType::float64),
                 v = randn({3, 4}, random, DType::float64);
  for (double kl : nn::kl_divergence(m, v, m, v).value().to_vector<double>()) CHECK(kl == 0);
  // log(s2/s1) + (s1² + (m1 - m2)²) / 2 s2² - ½ with m = 1, 3 and s = 2, 5.
  const auto one = [](double x) { return Variable(from_vector<double>({x}, {1, 1})); };
  const double kl =
      nn::kl_divergence(one(1), one(std::log(4.0)), one(3), one(std::log(25.0))).item();
  CHECK(kl == doctest::Approx(std::log(2.5) + (4 + 4) / 50.0 - 0.5).epsilon(1e-14));
}

TEST_CASE("losses: derivatives of first and second order") {
  Random random{4};
  const auto draw = [&] { return randn({3, 5}, random, DType::float64); };
  check_gradients([](auto x) { return nn::mse_loss(x[0], x[1]); }, {draw(), draw()}, {.order = 2});
  check_gradients([](auto x) { return nn::binary_cross_entropy_with_logits(x[0], x[1]); },
                  {draw(), draw()}, {.order = 2});
  check_gradients([](auto x) { return nn::kl_divergence(x[0], x[1]); }, {draw(), draw()},
                  {.order = 2});
  check_gradients([](auto x) { return nn::kl_divergence(x[0], x[1], x[2], x[3]); },
                  {draw(), draw(), draw(), draw()}, {.order = 2});
}

TEST_CASE("losses: a target of another shape is refused, not broadcast") {
  CHECK_THROWS_WITH_AS(
      nn::mse_loss(zeros({4, 3}), zeros({3})),
      "mse_loss: output [4, 3] and target [3] must have one shape; try reshape or expand",
      ShapeError);
  CHECK_THROWS_AS(nn::binary_cross_entropy_with_logits(zeros({4}), zeros({4, 1})), ShapeError);
  CHECK_THROWS_AS(nn::kl_divergence(zeros({4, 2}), zeros({4, 1})), ShapeError);
  CHECK_THROWS_AS(nn::kl_divergence(zeros({2}), zeros({2}), zeros({1}), zeros({2})), ShapeError);
}
