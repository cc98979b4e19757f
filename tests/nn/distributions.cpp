#include <doctest/doctest.h>

#include <autograd/anomaly.hpp>
#include <autograd/check.hpp>
#include <autograd/reduce.hpp>
#include <cmath>
#include <limits>
#include <nn/distributions.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>
#include <tensor/views.hpp>
#include <tests/nn/at_edge.hpp>

using namespace ebb;
using nn::Bernoulli, nn::Categorical, nn::Gaussian;

namespace {

Variable kl(const Gaussian& q) { return nn::per_example(q.divergence()); }
Variable kl(const Gaussian& q, const Gaussian& p) { return nn::per_example(q.divergence(p)); }

}  // namespace

TEST_CASE("gaussian: log probability in nats, per element") {
  const Variable x = from_vector<double>({1, -2}), m = from_vector<double>({0, 1}),
                 v = from_vector<double>({0, std::log(4.0)});
  const auto found = Gaussian{m, v}.log_probability(x).value().to_vector<double>();
  CHECK(found[0] == doctest::Approx(-1.41893853320467274).epsilon(1e-15));
  CHECK(found[1] ==
        doctest::Approx(-2.73708571376461805).epsilon(1e-15));  // -½ (log 2π + log 4 + 9/4)
}

TEST_CASE("gaussian: a sample has its mean and variance, and passes gradients on") {
  const Tensor m = from_vector<float>({3, -1}), v = from_vector<float>({0, 2});
  const Gaussian posterior{expand(m, {20'000, 2}), expand(v, {20'000, 2})};
  Random noise{1};
  const Tensor z = posterior.sample(noise).value();
  const auto means = mean(z, 0).to_vector<float>(), variances = var(z, 0).to_vector<float>();
  CHECK(means[0] == doctest::Approx(3).epsilon(0.02));
  CHECK(means[1] == doctest::Approx(-1).epsilon(0.1));
  CHECK(variances[0] == doctest::Approx(1).epsilon(0.05));
  CHECK(variances[1] == doctest::Approx(std::exp(2.0)).epsilon(0.05));
  check_gradients(
      [](auto x) {
        Random same{5};
        return Gaussian{x[0], x[1]}.sample(same);
      },
      {randn({3, 2}, noise, DType::float64), randn({3, 2}, noise, DType::float64)}, {.order = 2});
}

TEST_CASE("gaussian: divergence from the standard normal, per row, in nats") {
  const Variable mean = from_vector<double>({0, 0, 1, -2}, {2, 2});
  const Variable log_variance = from_vector<double>({0, 0, std::log(4.0), 0}, {2, 2});
  const std::vector<double> found = kl({mean, log_variance}).value().to_vector<double>();
  CHECK(found[0] == 0);
  CHECK(found[1] == doctest::Approx(0.5 * (1 + 4 - 1 - std::log(4.0)) + 2).epsilon(1e-14));
}

TEST_CASE("gaussian: divergence between two Gaussians, 0 of one from itself") {
  Random random{3};
  const Variable m = randn({3, 4}, random, DType::float64),
                 v = randn({3, 4}, random, DType::float64);
  for (double each : kl({m, v}, {m, v}).value().to_vector<double>()) CHECK(each == 0);
  // log(s2/s1) + (s1² + (m1 - m2)²) / 2 s2² - ½ with m = 1, 3 and s = 2, 5.
  const auto one = [](double x) { return Variable(from_vector<double>({x}, {1, 1})); };
  const double found = kl({one(1), one(std::log(4.0))}, {one(3), one(std::log(25.0))}).item();
  CHECK(found == doctest::Approx(std::log(2.5) + (4 + 4) / 50.0 - 0.5).epsilon(1e-14));
}

TEST_CASE("gaussian: divergence at the ends of float32") {
  constexpr float most = std::numeric_limits<float>::max(), inf = INFINITY;
  const auto f = [](auto& x) { return kl({x[0], x[1]}); };
  CHECK(at_edge(f, {0, -most}).value == doctest::Approx(0.5 * most));
  CHECK(at_edge(f, {0, -most}).first == Values{0, -0.5});
  CHECK(at_edge(f, {2e19F, 0}).value == doctest::Approx(2e38));
  CHECK(at_edge(f, {2e19F, 0}).first == Values{2e19F, 0});
  for (const float v : {89.0F, most, inf}) {
    CHECK(at_edge(f, {0, v}).value == inf);
    CHECK(at_edge(f, {0, v}).first == Values{0, inf});
  }
}

TEST_CASE("gaussian: divergence between narrow Gaussians, and wide ones") {
  constexpr float inf = INFINITY;
  const auto f = [](auto& x) { return kl({x[0], x[1]}, {x[2], x[3]}); };
  for (const float v : {-100.0F, -200.0F, -340.0F, -1000.0F, -1e30F, 200.0F, 1e30F})
    for (const float m : {0.0F, 3.0F, -1e30F}) {
      const AtEdge same = at_edge(f, {m, v, m, v});
      CAPTURE(v);
      CHECK(same.value == 0);
      CHECK(same.first == Values{0, 0, 0, 0});
      // By a mean e^-v, which overflows; by a's log variance ½ of its e^0.
      const double sharp = std::exp(-v) > 1e38F ? inf : 0;
      CHECK(same.second[0] == (v == -100 ? inf : sharp));
      CHECK(same.second[1] == doctest::Approx(0.5));
    }
  // ½ d² e^200 with d = 1e-30, as long as float32 holds it.
  CHECK(at_edge(f, {1e-30F, -200, 0, -200}).value ==
        doctest::Approx(0.5 * std::exp(200) * 1e-60).epsilon(1e-4));
  CHECK(at_edge(f, {1, -200, 0, -200}).value == inf);
  CHECK(at_edge(f, {0, -200, 0, 200}).value == doctest::Approx(199.5));
  CHECK(at_edge(f, {0, 200, 0, -200}).value == inf);
}

TEST_CASE("bernoulli: log probability, mean and divergence by hand") {
  const Variable logits = from_vector<double>({0, 2, -3}), t = from_vector<double>({1, 1, 0});
  const Bernoulli b{logits};
  const auto p = b.log_probability(t).value().to_vector<double>();
  CHECK(p[0] == doctest::Approx(-0.693147180559945309).epsilon(1e-15));
  CHECK(p[1] == doctest::Approx(-0.126928011042972496).epsilon(1e-15));
  CHECK(p[2] == doctest::Approx(-0.0485873515737420587).epsilon(1e-14));
  CHECK(b.mean().value().to_vector<double>()[1] == doctest::Approx(0.880797077977882444));
  // KL(p || q) = p log(p/q) + (1 - p) log((1 - p)/(1 - q)) with p = ½ and q = sigmoid(2)
  const double q = 0.880797077977882444;
  CHECK(Bernoulli{from_vector<double>({0})}.divergence({from_vector<double>({2})}).item() ==
        doctest::Approx(0.5 * std::log(0.5 / q) + 0.5 * std::log(0.5 / (1 - q))).epsilon(1e-14));
}

TEST_CASE("bernoulli: the probabilities of 0 and 1 sum to one") {
  const Variable logits = from_vector<double>({-40, -1, 0, 0.3, 12, 40});
  const Tensor one = ones({6}, DType::float64), zero = zeros({6}, DType::float64);
  const Bernoulli b{logits};
  const Tensor sums = exp(b.log_probability(zero).value()) + exp(b.log_probability(one).value());
  for (double sum : sums.to_vector<double>()) CHECK(sum == doctest::Approx(1).epsilon(1e-15));
}

TEST_CASE("bernoulli: samples are 0 or 1, as often as their mean says") {
  Random noise{3};
  const Tensor drawn =
      Bernoulli{expand(Tensor(from_vector<float>({-1, 2})), {40'000, 2})}.sample(noise);
  CHECK(drawn.dtype() == DType::float32);
  const auto share = mean(drawn, 0).to_vector<float>();
  CHECK(share[0] == doctest::Approx(0.268941).epsilon(0.03));
  CHECK(share[1] == doctest::Approx(0.880797).epsilon(0.01));
}

TEST_CASE("categorical: log probability picks the label's, and classes sum to one") {
  const Tensor rows = from_vector<double>({1, 2, 3, 0, 0, 0}, {2, 3});
  const Categorical c{rows};
  const auto p = c.log_probability(from_vector<std::int32_t>({2, 0})).value().to_vector<double>();
  CHECK(p[0] == doctest::Approx(-0.407605964444380).epsilon(1e-13));
  CHECK(p[1] == doctest::Approx(-1.09861228866810969).epsilon(1e-15));
  double sum = 0;
  for (std::int32_t label : {0, 1, 2})
    sum += std::exp(c.log_probability(from_vector<std::int32_t>({label, label}))
                        .value()
                        .to_vector<double>()[0]);
  CHECK(sum == doctest::Approx(1).epsilon(1e-15));
  CHECK(c.divergence(c).value().to_vector<double>() == std::vector<double>{0, 0});
  const double never = -std::numeric_limits<double>::infinity();  // 0 log 0 is 0
  const Variable some = leaf(from_vector<double>({0, 0, never, 0, 0, never}, {2, 3}));
  const Variable apart = Categorical{some}.divergence({Variable(zeros({2, 3}, DType::float64))});
  CHECK(apart.value()[0].item() == doctest::Approx(std::log(1.5)).epsilon(1e-14));
  CHECK(is_finite(gradients(ebb::sum(apart), {some})[0].value()));
  CHECK(c.divergence(Categorical{some}).value()[1].item() == -never);
  CHECK_THROWS_WITH_AS(
      c.log_probability(from_vector<std::int32_t>({1})[0]),
      "categorical: labels [] do not fit logits [2, 3]; they have its shape without "
      "the last axis, the classes",
      ShapeError);
}

TEST_CASE("categorical: samples come as often as softmax says") {
  Random noise{3};
  const Tensor logits = expand(Tensor(from_vector<float>({0, 1, -1})), {40'000, 3});
  const Tensor drawn = Categorical{logits}.sample(noise);
  CHECK(drawn.dtype() == DType::int32);
  double count[3] = {};
  for (std::int32_t label : drawn.to_vector<std::int32_t>()) ++count[label];
  CHECK(count[0] / 40'000 == doctest::Approx(0.244728).epsilon(0.03));
  CHECK(count[1] / 40'000 == doctest::Approx(0.665241).epsilon(0.02));
  CHECK(count[2] / 40'000 == doctest::Approx(0.0900306).epsilon(0.05));
}

// A generator's numbers may be 0: then a class would be drawn whose probability is none.
TEST_CASE("categorical: a number of 0 draws no class that is impossible") {
  const Random zero_first{2, 0, 29'950'260};
  Random noise = zero_first;
  REQUIRE(rand({2}, noise)[0].item() == 0);
  for (const double never : {-1e9, -HUGE_VAL}) {
    noise = zero_first;
    const Tensor logits = from_vector<float>({static_cast<float>(never), 0}, {1, 2});
    CHECK(nn::Categorical{logits}.sample(noise).item() == 1);
  }
}

TEST_CASE("distributions: derivatives of first and second order") {
  Random random{4};
  const auto draw = [&] { return randn({3, 5}, random, DType::float64); };
  check_gradients([](auto x) { return kl({x[0], x[1]}); }, {draw(), draw()}, {.order = 2});
  check_gradients(
      [](auto x) {
        return kl({x[0], x[1]}, {x[2], x[3]});
      },
      {draw(), draw(), draw(), draw()}, {.order = 2});
  check_gradients(
      [](auto x) {
        return Gaussian{x[0], x[1]}.log_probability(x[2]);
      },
      {draw(), draw(), draw()}, {.order = 2});
  check_gradients([](auto x) { return Bernoulli{x[0]}.divergence({x[1]}); }, {draw(), draw()},
                  {.order = 2});
  check_gradients([](auto x) { return Categorical{x[0]}.divergence({x[1]}); }, {draw(), draw()},
                  {.order = 2});
  const Tensor labels = from_vector<std::int32_t>({4, 0, 2});
  check_gradients([&](auto x) { return Categorical{x[0]}.log_probability(labels); }, {draw()},
                  {.order = 2});
  check_gradients([](auto x) { return nn::importance_bound(x[0]); }, {draw()}, {.order = 2});
}

TEST_CASE("per_example: all axes but the first, and of a mask's elements alone") {
  const Tensor t = from_vector<float>({1, 2, 3, 4, 5, 6, 7, 8}, {2, 2, 2});
  CHECK(nn::per_example(t).value().to_vector<float>() == std::vector<float>{10, 26});
  const Tensor mask = from_vector<float>({1, 0, 0, 1, 0, 0, 0, 0}, {2, 2, 2});
  CHECK(nn::per_example(t, mask).value().to_vector<float>() == std::vector<float>{5, 0});
  const Tensor each = from_vector<float>({1, 2});
  CHECK(nn::per_example(each).value().to_vector<float>() == std::vector<float>{1, 2});
  CHECK_THROWS_WITH_AS(nn::per_example(each[0]),
                       "per_example: t [] holds no examples; its first axis must count them",
                       ShapeError);
  CHECK_THROWS_WITH_AS(nn::per_example(t, ones({2, 1})),
                       "per_example: a mask [2, 1] for t [2, 2, 2]; it must have the same shape",
                       ShapeError);
}

TEST_CASE("importance_bound: the log of the mean weight") {
  const Tensor weights = from_vector<double>({1, 5, 3, 7}, {2, 2});
  const auto found = nn::importance_bound(Variable(log(weights))).value().to_vector<double>();
  CHECK(found[0] == doctest::Approx(std::log(2)).epsilon(1e-15));
  CHECK(found[1] == doctest::Approx(std::log(6)).epsilon(1e-15));
  CHECK_THROWS_WITH_AS(nn::importance_bound(zeros({3})),
                       "importance_bound: log_weights [3] must be [K, n] with K of at least 1",
                       ShapeError);
}

TEST_CASE("distributions: parameters and values of unlike shapes are refused") {
  CHECK_THROWS_WITH_AS((Gaussian{zeros({4, 2}), zeros({4, 1})}.divergence()),
                       "divergence: mean [4, 2] and log_variance [4, 1] must have one shape; try "
                       "reshape or expand",
                       ShapeError);
  const Gaussian two{zeros({2}), zeros({2})};
  CHECK_THROWS_AS(two.divergence({zeros({1}), zeros({2})}), ShapeError);
  CHECK_THROWS_AS(two.log_probability(zeros({1})), ShapeError);
  const Gaussian unlike{zeros({3}), zeros({1})}, three{zeros({3}), zeros({3})};
  Random noise{1};
  CHECK_THROWS_AS(unlike.sample(noise), ShapeError);
  CHECK_THROWS_AS(unlike.divergence(three), ShapeError);
  CHECK_THROWS_AS(Bernoulli{zeros({2})}.log_probability(zeros({2, 1})), ShapeError);
}
