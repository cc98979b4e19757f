#include <doctest/doctest.h>

#include <autograd/check.hpp>
#include <cmath>
#include <limits>
#include <nn/losses.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/makers.hpp>
#include <tensor/random.hpp>
#include <tests/nn/at_edge.hpp>

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

TEST_CASE("binary_cross_entropy_with_logits: the small losses of sure answers have all digits") {
  const Variable x = from_vector<float>({10, 16, 40, -10}), t = from_vector<float>({1, 1, 1, 0});
  const std::vector<float> y =
      nn::binary_cross_entropy_with_logits(x, t, LossReduction::none).value().to_vector<float>();
  CHECK(y[0] == doctest::Approx(4.53988992168646468e-5).epsilon(1e-6));
  CHECK(y[1] == doctest::Approx(1.12535168387176815e-7).epsilon(1e-6));
  CHECK(y[2] == doctest::Approx(4.24835425529158899e-18).epsilon(1e-6));
  CHECK(y[3] == y[0]);
}

TEST_CASE("losses: derivatives of first and second order") {
  Random random{4};
  const auto draw = [&] { return randn({3, 5}, random, DType::float64); };
  check_gradients([](auto x) { return nn::mse_loss(x[0], x[1]); }, {draw(), draw()}, {.order = 2});
  const Tensor targets = 0.1 + 0.8 * rand({3, 5}, random, DType::float64);
  check_gradients([](auto x) { return nn::binary_cross_entropy_with_logits(x[0], x[1]); },
                  {draw(), targets}, {.order = 2});
}

TEST_CASE("losses: a target of another shape is refused, not broadcast") {
  CHECK_THROWS_WITH_AS(
      nn::mse_loss(zeros({4, 3}), zeros({3})),
      "mse_loss: output [4, 3] and target [3] must have one shape; try reshape or expand",
      ShapeError);
  CHECK_THROWS_AS(nn::binary_cross_entropy_with_logits(zeros({4}), zeros({4, 1})), ShapeError);
}

TEST_CASE("binary_cross_entropy_with_logits: a target is in [0, 1]") {
  const auto loss = [](std::vector<float> target) {
    const Variable t = leaf(from_vector(target));
    return nn::binary_cross_entropy_with_logits(leaf(zeros(t.shape())), t);
  };
  CHECK(loss({0, 0.5, 1}).item() == doctest::Approx(std::log(2)));
  CHECK(loss({}).wants_gradient());
  CHECK_THROWS_WITH_AS(loss({12, 255, 0}),
                       "bernoulli: a target must lie in [0, 1], and these reach from 0 to 255; try "
                       "dividing pixels by "
                       "255",
                       Error);
  CHECK_THROWS_AS(loss({0.5F, -1e-6F}), Error);
  CHECK_THROWS_AS(loss({0.5F, NAN, 0.25F}), Error);
  CHECK_THROWS_AS(loss({INFINITY}), Error);
  CHECK_THROWS_AS(nn::binary_cross_entropy_with_logits(zeros({2}), zeros({2}, DType::int32)),
                  DTypeError);
}

TEST_CASE("losses: finite at the ends of float32 where they are so in mathematics") {
  constexpr float most = std::numeric_limits<float>::max(), inf = INFINITY;
  const auto mse = [](auto& x) { return nn::mse_loss(x[0], x[1]); };
  for (const float x : {most, -most, 1e30F, 1e-30F}) {
    const AtEdge same = at_edge(mse, {x, x});
    CHECK(same.value == 0);
    CHECK(same.first == Values{0, 0});
    CHECK(same.second == Values{2, 2});
  }
  CHECK(at_edge(mse, {1e19F, 0}).value == doctest::Approx(1e38));
  CHECK(at_edge(mse, {most, -most}).first == Values{inf, -inf});

  const auto bernoulli = [](auto& x) { return nn::binary_cross_entropy_with_logits(x[0], x[1]); };
  for (const float x : {most, 1e30F, 710.0F, 89.0F}) {
    const AtEdge right = at_edge(bernoulli, {x, 1}), wrong = at_edge(bernoulli, {-x, 1});
    CHECK(right.value == 0);
    CHECK(right.first == Values{0, -x});
    CHECK(right.second == Values{0, 0});
    CHECK(wrong.value == x);
    CHECK(wrong.first == Values{-1, x});
    CHECK(wrong.second == Values{0, 0});
  }
}

TEST_CASE("cross_entropy: the mean, the sum, or each example's, in nats") {
  const Variable logits = from_vector<double>({1, 2, 3, 0, 0, 0}, {2, 3});
  const Tensor labels = from_vector<std::int32_t>({2, 1});
  const double first = 0.407605964444380, second = 1.09861228866810969;
  CHECK(nn::cross_entropy(logits, labels).item() ==
        doctest::Approx((first + second) / 2).epsilon(1e-13));
  CHECK(nn::cross_entropy(logits, labels, LossReduction::sum).item() ==
        doctest::Approx(first + second).epsilon(1e-13));
  const auto each =
      nn::cross_entropy(logits, labels, LossReduction::none).value().to_vector<double>();
  CHECK(each[0] == doctest::Approx(first).epsilon(1e-13));
  CHECK(each[1] == doctest::Approx(second).epsilon(1e-13));
}

TEST_CASE("cross_entropy: huge logits stay finite, and labels must be classes") {
  const Variable logits = leaf(from_vector<float>({1e30F, -1e30F, 0, 0}, {2, 2}));
  const Variable loss = nn::cross_entropy(logits, from_vector<std::int32_t>({0, 1}));
  CHECK(loss.item() == doctest::Approx(std::log(2) / 2));
  const auto dx = backward(loss)[logits].to_vector<float>();
  CHECK(dx == std::vector<float>{0, 0, 0.25F, -0.25F});
  CHECK_THROWS_AS(nn::cross_entropy(logits, from_vector<std::int32_t>({0, 2})), Error);
  CHECK_THROWS_AS(nn::cross_entropy(logits, from_vector<float>({0, 1})), DTypeError);
  CHECK_THROWS_AS(nn::cross_entropy(logits, from_vector<std::int32_t>({0})), ShapeError);
}
