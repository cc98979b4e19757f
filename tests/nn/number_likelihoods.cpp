#include <doctest/doctest.h>

#include <autograd/check.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <cmath>
#include <limits>
#include <nn/number_likelihoods.hpp>
#include <tensor/compare.hpp>
#include <tensor/random.hpp>
#include <tests/support.hpp>

using namespace ebb;
using nn::LogisticMixture, nn::NegativeBinomial, nn::Ordinal;

namespace {

Tensor wide(const std::vector<double>& x) { return from_vector(x); }
double log_count(double k, double mean, double concentration) {
  return NegativeBinomial{wide({std::log(mean)}), wide({std::log(concentration)})}
      .log_probability(wide({k}))
      .item();
}

}  // namespace

TEST_CASE("negative_binomial: as torch.distributions has it") {
  CHECK(log_count(0, 2.5, 1.5) == doctest::Approx(-1.4712438795175893).epsilon(1e-13));
  CHECK(log_count(3, 2.5, 1.5) == doctest::Approx(-2.0984954280051635).epsilon(1e-13));
  CHECK(log_count(250, 300, 40) == doctest::Approx(-5.220671237575829).epsilon(1e-12));
  CHECK(log_count(7, 0.1, 0.5) == doctest::Approx(-14.196639130224744).epsilon(1e-13));
  double total = 0;
  for (int k = 0; k < 400; ++k) total += std::exp(log_count(k, 9, 2));
  CHECK(total == doctest::Approx(1).epsilon(1e-12));
}

TEST_CASE("negative_binomial: where it is concentrated it is a Poisson distribution, in float32") {
  for (const float log_r : {20.f, 60.f, 1e6f}) {
    const NegativeBinomial p = {zeros({1}), full({1}, log_r)};
    CHECK(p.log_probability(full({1}, 3)).item() ==
          doctest::Approx(-1 - std::log(6)).epsilon(1e-6));
  }
}

TEST_CASE("negative_binomial: draws have its mean and variance") {
  Random noise{4};
  const NegativeBinomial p = {full({20'000}, std::log(3.0), DType::float64),
                              full({20'000}, std::log(2.0), DType::float64)};
  const Tensor x = p.sample(noise);
  CHECK(std::abs(mean(x).item() - 3) < 0.08);
  CHECK(std::abs(var(x).item() - (3 + 9 / 2.0)) < 0.4);
  CHECK(p.mean().value()[0].item() == doctest::Approx(3));
  const NegativeBinomial large = {full({2000}, std::log(1e4), DType::float64),
                                  full({2000}, std::log(0.5), DType::float64)};
  CHECK(std::abs(mean(large.sample(noise)).item() / 1e4 - 1) < 0.15);
}

TEST_CASE("negative_binomial: what a model that diverged says is drawn as NaN, and none hangs") {
  Random noise{4};
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Tensor lost = NegativeBinomial{wide({nan, 1, nan}), wide({1, nan, nan})}.sample(noise);
  for (const double x : lost.to_vector<double>()) CHECK(std::isnan(x));
  const NegativeBinomial poisson = {full({2000}, std::log(3.0), DType::float64),
                                    full({2000}, 1e4, DType::float64)};
  const Tensor x = poisson.sample(noise);
  CHECK(std::abs(mean(x).item() - 3) < 0.15);
  CHECK(std::abs(var(x).item() - 3) < 0.4);
}

TEST_CASE("ordinal: probabilities of words between thresholds") {
  const Ordinal p = {wide({0.3, -2}), wide({-0.5, 1.5})};
  const std::vector<double> logs = p.log_probabilities().value().to_vector<double>();
  CHECK(logs[0] == doctest::Approx(-1.1711006659477778).epsilon(1e-13));
  CHECK(logs[1] == doctest::Approx(-0.7797965911546682).epsilon(1e-13));
  CHECK(logs[2] == doctest::Approx(-1.4632824673380307).epsilon(1e-13));
  CHECK(allclose(sum(exp(p.log_probabilities()), -1).value(), ones({2}, DType::float64)));
}

TEST_CASE("logistic_mixture: what lies in an interval") {
  const LogisticMixture p = {from_vector<double>({0.2, -0.4}, {1, 2}),
                             from_vector<double>({0.5, -1}, {1, 2}),
                             from_vector<double>({-0.3, 0.2}, {1, 2})};
  CHECK(p.log_probability(wide({0.6}), wide({0.5})).item() ==
        doctest::Approx(-2.010388046842409).epsilon(1e-13));
  CHECK(p.log_probability(wide({1e6}), wide({2e6})).item() == doctest::Approx(0).epsilon(1e-12));
  double total = 0;
  for (int k = -200; k < 200; ++k)
    total += std::exp(p.log_probability(wide({(k + 1) * 0.25}), wide({0.25})).item());
  CHECK(total == doctest::Approx(1).epsilon(1e-12));
}

// A number of some millions, in float32, in units of 1: the ends of its unit are the same float.
TEST_CASE("logistic_mixture: an interval that is narrower than two ends could say") {
  const double width = 1.3e-7;
  const auto log_p = [&](DType dtype) {
    const Tensor end = full({1}, 2.1, dtype);
    const LogisticMixture p = {zeros({1, 1}, dtype), full({1, 1}, 2, dtype),
                               full({1, 1}, -3, dtype)};
    const Variable found = p.log_probability(end, full({1}, width, dtype));
    return found.item();
  };
  const double at = std::exp(-0.1 * std::exp(3.0));  // the density e^-t / (s (1 + e^-t)²)
  const double expected = std::log(width * at * std::exp(3.0) / std::pow(1 + at, 2));
  CHECK(log_p(DType::float64) == doctest::Approx(expected).epsilon(1e-6));
  CHECK(log_p(DType::float32) == doctest::Approx(expected).epsilon(1e-5));
}

TEST_CASE("logistic_mixture: draws fall into intervals as often as it says") {
  const std::int64_t n = 20'000;
  const LogisticMixture p = {expand(from_vector<float>({0.2f, -0.4f}), {n, 2}),
                             expand(from_vector<float>({0.5f, -1}), {n, 2}),
                             expand(from_vector<float>({-0.3f, 0.2f}), {n, 2})};
  Random noise{5};
  const Tensor x = p.sample(noise);
  CHECK(x.shape() == Shape{n});
  const double share = sum((x > 0.1) * (x < 0.6)).item() / static_cast<double>(n);
  CHECK(std::abs(share - std::exp(-2.010388046842409)) < 0.01);
}

TEST_CASE("number likelihoods: derivatives") {
  Random random{6};
  const Tensor k = wide({0, 3, 20}), a = randn({3}, random, DType::float64),
               b = randn({3}, random, DType::float64);
  check_gradients([&](auto x) { return NegativeBinomial{x[0], x[1]}.log_probability(k); }, {a, b});
  const Tensor t = wide({-0.5, 0.25});
  check_gradients([&](auto x) { return Ordinal{x[0], x[1]}.log_probabilities(); }, {a, t});
  const auto some = [&] { return randn({3, 2}, random, DType::float64); };
  check_gradients(
      [&](auto x) {
        return LogisticMixture{x[0], x[1], x[2]}.log_probability(a + 0.3,
                                                                 full({3}, 0.5, a.dtype()));
      },
      {some(), some(), some()});
}

TEST_CASE("number likelihoods: what does not fit is refused") {
  const Tensor two = zeros({2}), three = zeros({3});
  CHECK_THROWS_AS((NegativeBinomial{two, three}.log_probability(two)), ShapeError);
  CHECK(message_of<Error>([&] {
          return NegativeBinomial{two, two}.log_probability(two + 0.5);
        }) == "negative_binomial: x [2] holds what is no count; try 0, 1, 2, …");
  CHECK_THROWS_AS((NegativeBinomial{two, two}.log_probability(1 / two)), Error);
  CHECK(message_of<ShapeError>([&] {
          return Ordinal{two, zeros({1, 2})}.log_probabilities();
        }) == "ordinal: thresholds [1, 2] must be [c - 1], c at least 2");
  CHECK(
      message_of<ShapeError>([&] {
        return LogisticMixture{two, two, two}.log_probability(two, two);
      }) ==
      "logistic_mixture: ends [2] and widths [2] do not fit logits [2]; these have one axis more");
  const Tensor each = zeros({2, 5});
  CHECK_THROWS_AS((LogisticMixture{each, each, each}.log_probability(two, three)), ShapeError);
  CHECK_THROWS_AS((LogisticMixture{each, each, each}.log_probability(three, three)), ShapeError);
  Random noise{1};
  CHECK_THROWS_AS((LogisticMixture{each, each, zeros({2, 4})}.sample(noise)), ShapeError);
}
