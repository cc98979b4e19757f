#include <doctest/doctest.h>

#include <autograd/check.hpp>
#include <autograd/gradients.hpp>
#include <cmath>
#include <limits>
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

TEST_CASE("binary_cross_entropy_with_logits: the small losses of sure answers have all digits") {
  const Variable x = from_vector<float>({10, 16, 40, -10}), t = from_vector<float>({1, 1, 1, 0});
  const std::vector<float> y =
      nn::binary_cross_entropy_with_logits(x, t, LossReduction::none).value().to_vector<float>();
  CHECK(y[0] == doctest::Approx(4.53988992168646468e-5).epsilon(1e-6));
  CHECK(y[1] == doctest::Approx(1.12535168387176815e-7).epsilon(1e-6));
  CHECK(y[2] == doctest::Approx(4.24835425529158899e-18).epsilon(1e-6));
  CHECK(y[3] == y[0]);
}

TEST_CASE("losses: sum_last sums each row") {
  const Variable x = from_vector<float>({1, 2, 3, 4}, {2, 2}), t = zeros({2, 2});
  const std::vector<float> y =
      nn::mse_loss(x, t, LossReduction::sum_last).value().to_vector<float>();
  CHECK(y == std::vector<float>{5, 25});
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
  const Tensor targets = 0.1 + 0.8 * rand({3, 5}, random, DType::float64);
  check_gradients([](auto x) { return nn::binary_cross_entropy_with_logits(x[0], x[1]); },
                  {draw(), targets}, {.order = 2});
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

TEST_CASE("binary_cross_entropy_with_logits: a target is in [0, 1]") {
  const auto loss = [](std::vector<float> target) {
    const Variable t = leaf(from_vector(target));
    return nn::binary_cross_entropy_with_logits(leaf(zeros(t.shape())), t);
  };
  CHECK(loss({0, 0.5, 1}).item() == doctest::Approx(std::log(2)));
  CHECK(loss({}).wants_gradient());
  CHECK_THROWS_WITH_AS(loss({12, 255, 0}),
                       "binary_cross_entropy_with_logits: a target must lie in [0, 1], and these "
                       "reach from 0 to 255; try dividing pixels by 255",
                       Error);
  CHECK_THROWS_AS(loss({0.5F, -1e-6F}), Error);
  CHECK_THROWS_AS(loss({0.5F, NAN, 0.25F}), Error);
  CHECK_THROWS_AS(loss({INFINITY}), Error);
  CHECK_THROWS_AS(nn::binary_cross_entropy_with_logits(zeros({2}), zeros({2}, DType::int32)),
                  DTypeError);
}

namespace {

// A loss of its arguments in float32, and its first two derivatives by each of them.
struct AtEdge {
  double value;
  std::vector<double> first, second;
};

template <class Loss>
AtEdge at_edge(const Loss& loss, const std::vector<float>& at) {
  std::vector<Variable> x;
  for (const float value : at) x.push_back(leaf(from_vector<float>({value}, {1, 1})));
  const Variable y = loss(x);
  AtEdge found = {y.item(), {}, {}};
  const Variable one = ones(y.shape());
  const auto first =
      gradients(y, std::span<const Variable>(x), {.create_graph = true, .seed = one});
  for (std::size_t i = 0; i < x.size(); ++i) {
    found.first.push_back(first[i].item());
    const Variable seed = ones({1, 1});
    found.second.push_back(gradients(first[i], {x[i]}, {.seed = seed})[0].item());
  }
  return found;
}
using Values = std::vector<double>;

}  // namespace

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

  const auto kl = [](auto& x) { return nn::kl_divergence(x[0], x[1]); };
  CHECK(at_edge(kl, {0, -most}).value == doctest::Approx(0.5 * most));
  CHECK(at_edge(kl, {0, -most}).first == Values{0, -0.5});
  CHECK(at_edge(kl, {2e19F, 0}).value == doctest::Approx(2e38));
  CHECK(at_edge(kl, {2e19F, 0}).first == Values{2e19F, 0});
  for (const float v : {89.0F, most, inf}) {
    CHECK(at_edge(kl, {0, v}).value == inf);
    CHECK(at_edge(kl, {0, v}).first == Values{0, inf});
  }
}

TEST_CASE("kl_divergence: between narrow Gaussians, and wide ones") {
  constexpr float inf = INFINITY;
  const auto kl = [](auto& x) { return nn::kl_divergence(x[0], x[1], x[2], x[3]); };
  for (const float v : {-100.0F, -200.0F, -340.0F, -1000.0F, -1e30F, 200.0F, 1e30F})
    for (const float m : {0.0F, 3.0F, -1e30F}) {
      const AtEdge same = at_edge(kl, {m, v, m, v});
      CAPTURE(v);
      CHECK(same.value == 0);
      CHECK(same.first == Values{0, 0, 0, 0});
      // By a mean e^-v, which overflows; by a's log variance ½ of its e^0.
      const double sharp = std::exp(-v) > 1e38F ? inf : 0;
      CHECK(same.second[0] == (v == -100 ? inf : sharp));
      CHECK(same.second[1] == doctest::Approx(0.5));
    }
  // ½ d² e^200 with d = 1e-30, as long as float32 holds it.
  CHECK(at_edge(kl, {1e-30F, -200, 0, -200}).value ==
        doctest::Approx(0.5 * std::exp(200) * 1e-60).epsilon(1e-4));
  CHECK(at_edge(kl, {1, -200, 0, -200}).value == inf);
  CHECK(at_edge(kl, {0, -200, 0, 200}).value == doctest::Approx(199.5));
  CHECK(at_edge(kl, {0, 200, 0, -200}).value == inf);
}
