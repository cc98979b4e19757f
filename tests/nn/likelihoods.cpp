#include <doctest/doctest.h>

#include <autograd/check.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/views.hpp>
#include <cmath>
#include <functional>
#include <nn/likelihoods.hpp>
#include <tensor/makers.hpp>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>
#include <tests/support.hpp>

using namespace ebb;
using nn::BetaBinomial, nn::ContinuousBernoulli, nn::DiscretizedLogistic;

namespace {

Tensor number(double x) { return full({1}, x, DType::float64); }

// Σ P(x) over all values.
template <class Distribution>
double total(const std::function<Distribution(const Shape&)>& make, std::int64_t values) {
  const Tensor x =
      arange(static_cast<double>(values), DType::float64) / static_cast<double>(values - 1);
  return sum(exp(make({values}).log_probability(x).value())).item();
}

// The mean and the variance of many samples beside those of the probabilities at `x`, within five
// standard errors of the mean and a tenth of the variance.
template <class Distribution>
void check_samples(const Distribution& many, const Tensor& x, const Tensor& probability) {
  Random noise{3};
  const Tensor drawn = many.sample(noise);
  const double expected = sum(x * probability).item();
  const double variance = sum(square(x - expected) * probability).item();
  CHECK(amin(drawn).item() >= 0);
  CHECK(amax(drawn).item() <= 1);
  CHECK(std::abs(mean(drawn).item() - expected) <
        5 * std::sqrt(variance / static_cast<double>(drawn.count())));
  CHECK(var(drawn).item() == doctest::Approx(variance).epsilon(0.1));
}

Tensor repeated(double x) { return full({4000}, x, DType::float64); }
Tensor spread(std::int64_t n, double x) { return full({n}, x, DType::float64); }

}  // namespace

TEST_CASE("likelihoods: logarithms of probabilities are those of the formulas") {
  // The scale from -1 to 1 has 150 of 255 at 150 / 127.5 - 1, μ = .2 and s = .1.
  CHECK(DiscretizedLogistic{number(0.6), number(std::log(0.05))}
            .log_probability(number(150.0 / 255))
            .item() == doctest::Approx(-3.9457575254748494).epsilon(1e-13));
  CHECK(BetaBinomial{number(0), number(0)}.log_probability(number(0.4)).item() ==
        doctest::Approx(-5.545177444479562).epsilon(1e-13));
  CHECK(BetaBinomial{number(std::log(2.5)), number(std::log(0.7))}
            .log_probability(number(40.0 / 255))
            .item() == doctest::Approx(-7.896929411700539).epsilon(1e-13));
  // At x = 0 there is log(1 - λ) beside log C(λ).
  const double constants[][2] = {
      {0.5, 0.693147180559945309}, {0.1, 1.010338559490854}, {0.3, 0.7505877508804588}};
  for (const auto& [p, log_c] : constants)
    CHECK(ContinuousBernoulli{number(std::log(p / (1 - p)))}.log_probability(number(0)).item() ==
          doctest::Approx(log_c + std::log(1 - p)).epsilon(1e-12));
}

TEST_CASE("likelihoods: the probabilities of all values add up to one") {
  for (const double location : {-0.3, 0.0, 0.4, 1.2})
    for (const double log_scale : {-7.0, -3.0, 0.0, 3.0})
      for (const std::int64_t values : {2, 10, 256})
        CHECK(total<DiscretizedLogistic>(
                  [&](const Shape& s) {
                    return DiscretizedLogistic{full(s, location, DType::float64),
                                               full(s, log_scale, DType::float64), values};
                  },
                  values) == doctest::Approx(1).epsilon(1e-12));
  for (const double log_alpha : {-4.0, 0.0, 1.7, 5.0})
    for (const double log_beta : {-2.0, 0.3, 4.0})
      for (const std::int64_t values : {2, 10, 256})
        CHECK(total<BetaBinomial>(
                  [&](const Shape& s) {
                    return BetaBinomial{full(s, log_alpha, DType::float64),
                                        full(s, log_beta, DType::float64), values};
                  },
                  values) == doctest::Approx(1).epsilon(1e-11));
}

TEST_CASE("likelihoods: in float32, too, and no value is more probable than 1") {
  const Tensor x = arange(256) / 255;
  for (const double log_alpha : {-20.0, -8.0, -1.0, 1.7, 3.0, 6.0, 7.96, 8.0, 11.58})
    for (const double log_beta : {-5.0, 0.0, 2.1, 8.0, 11.79}) {
      CAPTURE(log_alpha);
      CAPTURE(log_beta);
      const Tensor log_p =
          BetaBinomial{full({256}, log_alpha), full({256}, log_beta)}.log_probability(x).value();
      const Tensor exact = BetaBinomial{spread(256, log_alpha), spread(256, log_beta)}
                               .log_probability(cast(x, DType::float64))
                               .value();
      const Tensor wide = cast(log_p, DType::float64), p = exp(wide);
      CHECK(amax(abs(where(exact > -20, wide - exact, 0))).item() < 1e-3);
      CHECK(sum(p).item() == doctest::Approx(1).epsilon(5e-4));
      CHECK(amax(log_p).item() < 3e-4);
    }
}

TEST_CASE("likelihoods: the mean of the logistic one is that of what is cut off at 0 and 1") {
  const Tensor values = arange(256, DType::float64) / 255;
  for (const double location : {-0.4, 0.33, 1.8, 12.0})
    for (const double log_scale : {-4.0, -1.0, -0.5, 3.0, 30.0}) {
      const DiscretizedLogistic all{spread(256, location), spread(256, log_scale)};
      const double expected = sum(values * exp(all.log_probability(values).value())).item();
      const DiscretizedLogistic wide{number(location), number(log_scale)};
      const DiscretizedLogistic single{full({1}, location), full({1}, log_scale)};
      CHECK(wide.mean().item() == doctest::Approx(expected).epsilon(0.003));
      CHECK(single.mean().item() == doctest::Approx(wide.mean().item()).epsilon(2e-4));
    }
}

TEST_CASE("likelihoods: the continuous one's density integrates to one, and its mean is right") {
  const std::int64_t n = 100'000;  // the middles of so many pieces
  const Tensor x = (arange(static_cast<double>(n), DType::float64) + 0.5) / static_cast<double>(n);
  for (const double logit : {-30.0, -2.0, -0.031, -0.029, 0.0, 1e-9, 0.02, 0.5, 8.0}) {
    CAPTURE(logit);
    const ContinuousBernoulli p{full({n}, logit, DType::float64)};
    const Tensor weight = exp(p.log_probability(x).value()) / static_cast<double>(n);
    CHECK(sum(weight).item() == doctest::Approx(1).epsilon(1e-6));
    CHECK(ContinuousBernoulli{number(logit)}.mean().item() ==
          doctest::Approx(sum(weight * x).item()).epsilon(1e-6));
  }
}

TEST_CASE("likelihoods: the continuous one's mean has its slope far from 0") {
  for (const double logit : {-200., -90., 90., 200.}) {
    const Variable l = leaf(full({1}, logit, DType::float32));
    const Tensor slope = gradients(reshape(ContinuousBernoulli{l}.mean(), {}), {l})[0].value();
    CHECK(slope.item() == doctest::Approx(1 / (logit * logit)).epsilon(1e-4));
  }
}

TEST_CASE("likelihoods: samples have the mean and the variance of their probabilities") {
  const Tensor values = arange(256, DType::float64) / 255;
  for (const double a : {-1.0, 0.2, 0.9}) {
    const DiscretizedLogistic logistic{spread(256, a), spread(256, -2.0)};
    check_samples(DiscretizedLogistic{repeated(a), repeated(-2.0)}, values,
                  exp(logistic.log_probability(values).value()));
    const BetaBinomial binomial{spread(256, a), spread(256, 0.5)};
    check_samples(BetaBinomial{repeated(a), repeated(0.5)}, values,
                  exp(binomial.log_probability(values).value()));
  }
  for (const auto& [a, b] : {std::pair{-40.0, -40.0}, {9.0, 6.0}, {-8.0, 12.0}}) {
    const BetaBinomial narrow{spread(256, a), spread(256, b)};  // all at the ends, or at one value
    check_samples(BetaBinomial{repeated(a), repeated(b)}, values,
                  exp(narrow.log_probability(values).value()));
  }
  const Tensor fine = (arange(10'000, DType::float64) + 0.5) / 10'000;
  for (const double logit : {-3.0, 0.0, 1e-8, 5.0}) {
    const ContinuousBernoulli continuous{spread(10'000, logit)};
    check_samples(ContinuousBernoulli{repeated(logit)}, fine,
                  exp(continuous.log_probability(fine).value()) / 10'000);
  }
}

TEST_CASE("likelihoods: derivatives by their parameters are right, to the second order") {
  Random random{1};
  const Tensor a = randn({7}, random, DType::float64), b = randn({7}, random, DType::float64);
  const Tensor x = from_vector<double>({0, 0.2, 0.4, 0.6, 0.8, 1, 1.0 / 255}, {7});
  check_gradients(
      [&](auto p) {
        return DiscretizedLogistic{p[0], p[1]}.log_probability(x);
      },
      {a, b}, {.order = 2});
  check_gradients(
      [&](auto p) {
        return BetaBinomial{p[0], p[1]}.log_probability(x);
      },
      {a, b}, {.order = 2});
  check_gradients(
      [&](auto p) {
        return DiscretizedLogistic{p[0], p[1]}.mean();
      },
      {a, b}, {.order = 2});
  check_gradients([&](auto p) { return ContinuousBernoulli{p[0]}.log_probability(x); }, {a},
                  {.order = 2});
  check_gradients([&](auto p) { return ContinuousBernoulli{p[0]}.mean(); }, {a}, {.order = 2});
}

TEST_CASE("likelihoods: what is no pixel, and too few values, are refused") {
  CHECK(message_of([] {
          return DiscretizedLogistic{number(0), number(0)}.log_probability(number(2));
        }) ==
        "discretized_logistic: a target must lie in [0, 1], and these reach from 2 to 2; try "
        "dividing pixels by 255");
  CHECK(message_of([] {
          return BetaBinomial{number(0), number(0), 1}.log_probability(number(1));
        }) == "beta_binomial: 1 values; there must be at least 2");
  CHECK(message_of([] {
          return ContinuousBernoulli{number(0)}.log_probability(zeros({2}));
        }).starts_with("continuous_bernoulli: logits [1] and x [2] must have one shape"));
}
