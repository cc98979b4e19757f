#include <doctest/doctest.h>

#include <autograd/anomaly.hpp>
#include <autograd/check.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <cmath>
#include <models/likelihood.hpp>
#include <nn/distributions.hpp>
#include <nn/likelihoods.hpp>
#include <nn/parts.hpp>
#include <tensor/compare.hpp>
#include <tensor/random.hpp>
#include <tests/support.hpp>

using namespace ebb;
using models::Likelihood;
using Kind = Likelihood::Kind;

namespace {

constexpr std::int64_t d = 3;

// Where x lies, [n, 1], and how much each place counts: a sum over all values, or an integral.
struct Places {
  Tensor x;
  double weight;
};
Places pieces(std::int64_t n, double from, double to) {
  const Tensor middle = arange(static_cast<double>(n), DType::float64) + 0.5;
  const double width = (to - from) / static_cast<double>(n);
  return {reshape(from + width * middle, {n, 1}), width};
}
Places values(std::int64_t n) {
  return {
      reshape(arange(static_cast<double>(n), DType::float64) / static_cast<double>(n - 1), {n, 1}),
      1};
}

struct Case {
  const char* name;
  Kind kind;
  Places places;
};
std::vector<Case> cases() {
  return {{"bernoulli", Kind::bernoulli, values(2)},
          {"gaussian", Kind::gaussian, pieces(20'000, -12, 12)},
          {"gaussian_per_element", Kind::gaussian_per_element, pieces(20'000, -12, 12)},
          {"logistic", Kind::logistic, values(256)},
          {"beta_binomial", Kind::beta_binomial, values(256)},
          {"continuous_bernoulli", Kind::continuous_bernoulli, pieces(20'000, 0, 1)}};
}

// With random numbers where it has any of its own.
Likelihood made(Kind kind, Random& random) {
  Likelihood likelihood{kind, d};
  nn::initialize(likelihood, {.dtype = DType::float64});
  for (const auto& [name, part] : nn::Parts(likelihood).parameters)
    part->set(randn(part->shape(), random, DType::float64) - 1);
  return likelihood;
}

Tensor rows(const Tensor& row, std::int64_t n) { return expand(row, {n, row.size(-1)}); }

}  // namespace

TEST_CASE("likelihood: each sums or integrates to one, and its mean and samples are those") {
  Random random{1};
  for (const Case& one : cases())
    for (int repeat = 0; repeat < 3; ++repeat) {
      CAPTURE(one.name);
      const Likelihood likelihood = made(one.kind, random);
      const Tensor numbers = randn({1, likelihood.numbers() * d}, random, DType::float64);
      const Tensor x = expand(one.places.x, {one.places.x.size(0), d});
      const Tensor p =
          one.places.weight * exp(likelihood.log_probability(rows(numbers, x.size(0)), x).value());
      const Tensor total = sum(p, 0), middle = sum(x * p, 0);
      CHECK(allclose(total, ones({d}, DType::float64), {.rtol = 1e-6}));
      const Tensor mean_of_all = likelihood.mean(numbers).value();
      CHECK(mean_of_all.shape() == Shape{1, d});
      // A logistic distribution's is that of a continuum of values.
      const double within = one.kind == Kind::logistic ? 1e-5 : 1e-7;
      CHECK(allclose(mean_of_all[0], middle, {.rtol = 1e-6, .atol = within}));

      constexpr std::int64_t many = 4000;
      Random noise{7};
      const Tensor drawn = likelihood.sample(rows(numbers, many), noise);
      const Tensor variance = sum(square(x - middle) * p, 0);
      const Tensor off = abs(mean(drawn, 0) - middle) / sqrt(variance / many);
      CHECK(drawn.shape() == Shape{many, d});
      CHECK(amax(off).item() < 4);
      CHECK(allclose(mean(square(drawn - middle), 0), variance, {.rtol = 0.15}));
    }
}

TEST_CASE("likelihood: the first parameters of all elements come before the second") {
  Random random{2};
  const Tensor x = from_vector<double>({0, 0.2, 1, 0.4, 0.6, 0.8}, {2, 3});
  const Tensor a = randn({2, 3}, random, DType::float64), b = randn({2, 3}, random, DType::float64);
  const Tensor both = cat({a, b}, 1);
  const auto by = [&](Kind kind, const Tensor& numbers) {
    return made(kind, random).log_probability(numbers, x).value();
  };
  const Tensor logistic = nn::DiscretizedLogistic{a, b}.log_probability(x).value();
  const Tensor binomial = nn::BetaBinomial{a, b}.log_probability(x).value();
  CHECK(equal(by(Kind::logistic, both), logistic));
  CHECK(equal(by(Kind::beta_binomial, both), binomial));
  CHECK(equal(by(Kind::bernoulli, a), nn::Bernoulli{a}.log_probability(x).value()));
  CHECK(equal(by(Kind::continuous_bernoulli, a),
              nn::ContinuousBernoulli{a}.log_probability(x).value()));
  for (const Kind kind :
       {Kind::bernoulli, Kind::gaussian, Kind::gaussian_per_element, Kind::continuous_bernoulli})
    CHECK(Likelihood(kind, 3).numbers() == 1);
  CHECK(Likelihood(Kind::logistic, 3).numbers() == 2);
  CHECK(Likelihood(Kind::beta_binomial, 3).numbers() == 2);
}

TEST_CASE("likelihood: numbers of a beta-binomial that grow without end keep its digits") {
  const Likelihood binomial(Kind::beta_binomial, 1);
  const auto log_p = [&](double a, double b, DType dtype) {
    const Tensor numbers = from_vector<double>({a, b}, {1, 2});
    return binomial.log_probability(cast(numbers, dtype), full({1, 1}, 0.2, dtype)).item();
  };
  for (const double large : {8., 20., 60., 1e6})
    for (const double other : {-1e6, -30., 0., large}) {
      const double exact = log_p(large, other, DType::float64);
      CHECK(std::isfinite(exact));
      CHECK(std::abs(log_p(large, other, DType::float32) - exact) < 0.001);
      CHECK(exact == log_p(8, std::clamp(other, -20., 8.), DType::float64));
    }
}

TEST_CASE("likelihood: a logistic scale that vanishes, or grows without end, has finite slopes") {
  const Likelihood logistic(Kind::logistic, 1);
  const Tensor x = full({1, 1}, 0.2);
  for (const double log_scale : {-1e6, -89., 89., 1e6})
    for (const double location : {-3., 0.2, 0.201, 7.}) {
      const Variable numbers = leaf(from_vector<float>(
          {static_cast<float>(location), static_cast<float>(log_scale)}, {1, 2}));
      const Variable log_p = logistic.log_probability(numbers, x);
      CHECK(is_finite(log_p.value()));
      CHECK(is_finite(gradients(sum(log_p), {numbers})[0].value()));
      CHECK(is_finite(logistic.mean(numbers).value()));
    }
}

TEST_CASE("likelihood: a Gaussian learns one variance or one for each element, above e^-15") {
  const Tensor none = zeros({1, d}, DType::float64);
  for (const Kind kind : {Kind::gaussian, Kind::gaussian_per_element}) {
    Likelihood likelihood{kind, d};
    const nn::Parts parts(likelihood);
    REQUIRE(parts.parameters.size() == 1);
    nn::Parameter* const part = parts.parameters[0].second;
    CHECK(parts.parameters[0].first == "log_variance");
    CHECK(part->shape() == Shape{kind == Kind::gaussian ? 1 : d});
    nn::initialize(likelihood, {.dtype = DType::float64});
    const auto log_variance = [&](double number) {
      part->set(full(part->shape(), number, DType::float64));
      return -2 * likelihood.log_probability(none, none).value()[0][1].item() -
             std::log(2 * 3.14159265358979324);
    };
    CHECK(log_variance(-1000) == doctest::Approx(-15));
    CHECK(log_variance(-15) == doctest::Approx(-15 + std::log(2)));
    CHECK(log_variance(2) == doctest::Approx(2).epsilon(1e-6));
  }
  Random random{3};
  const Likelihood own = made(Kind::gaussian_per_element, random);
  const Tensor p = own.log_probability(none, none).value();
  CHECK(p[0][0].item() != p[0][1].item());
}

TEST_CASE("likelihood: axes in front are examples, whatever their number") {
  Random random{4};
  for (const Case& one : cases()) {
    CAPTURE(one.name);
    const Likelihood likelihood = made(one.kind, random);
    const std::int64_t width = likelihood.numbers() * d;
    const Tensor numbers = randn({4, 2, width}, random, DType::float64);
    const Tensor x = floor(2 * rand({4, 2, d}, random, DType::float64));
    const Tensor p = likelihood.log_probability(numbers, x).value();
    CHECK(p.shape() == Shape{4, 2, d});
    CHECK(equal(
        reshape(p, {8, d}),
        likelihood.log_probability(reshape(numbers, {8, width}), reshape(x, {8, d})).value()));
  }
}

TEST_CASE("likelihood: derivatives are right, by the numbers and by the variance") {
  Random random{5};
  const Tensor x = from_vector<double>({0, 0.2, 1, 0.4, 0.6, 0.8}, {2, 3});
  for (const Case& one : cases()) {
    CAPTURE(one.name);
    const Likelihood likelihood = made(one.kind, random);
    const Tensor numbers = randn({2, likelihood.numbers() * d}, random, DType::float64);
    check_gradients([&](auto p) { return likelihood.log_probability(p[0], x); }, {numbers},
                    {.order = 2});
    for (const auto& [name, part] : nn::Parts(likelihood).parameters) {
      const Tensor at = clone(part->value());
      const double slope = sum(backward(sum(likelihood.log_probability(numbers, x)))[*part]).item();
      const auto shifted = [&, &weight = *part](double by) {
        weight.set(at + by);
        return sum(likelihood.log_probability(numbers, x)).item();
      };
      CHECK(slope == doctest::Approx((shifted(1e-5) - shifted(-1e-5)) / 2e-5).epsilon(1e-7));
    }
  }
}

TEST_CASE("likelihood: numbers that do not fit are refused") {
  const Tensor x = zeros({1, 3});
  CHECK(message_of<ShapeError>([] {
          return Likelihood(Kind::logistic, 3).mean(zeros({1, 7}));
        }) == "likelihood: numbers [1, 7]; the last axis must be even, with two for each element");
  CHECK(message_of<ShapeError>([&] {
          return Likelihood(Kind::beta_binomial, 3).log_probability(zeros({1, 8}), x);
        }).starts_with("beta_binomial: "));
  Likelihood own{Kind::gaussian_per_element, 4};
  nn::initialize(own);
  CHECK_THROWS_AS(own.log_probability(x, x), ShapeError);
  CHECK(message_of([&] {
          return Likelihood{}.log_probability(x, x + 255);
        }).find("these reach from 255 to 255; try dividing pixels by 255") != std::string::npos);
}
