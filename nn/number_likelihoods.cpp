#include <autograd/anomaly.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <cmath>
#include <nn/distributions.hpp>
#include <nn/number_likelihoods.hpp>
#include <nn/reduced.hpp>
#include <tensor/makers.hpp>
#include <tensor/random.hpp>

namespace ebb::nn {

using detail::require_alike;

namespace {

constexpr double largest_log_r = 20;
constexpr double far = 1e6;  // in place of infinity: there a sigmoid is 0 or 1

// Draws of a Gamma distribution of each shape a, divided by a. (Marsaglia and Tsang, "A simple
// method for generating gamma variables", 2000.)
double gamma_over_shape(double a, Random& noise) {
  const double boosted = a < 1 ? a + 1 : a, d = boosted - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = randn({1}, noise, DType::float64).item();
    const double u = 1 - rand({1}, noise, DType::float64).item(), v = std::pow(1 + c * x, 3);
    if (v <= 0 || std::log(u) >= 0.5 * x * x + d - d * v + d * std::log(v)) continue;
    const double less = a < 1 ? std::pow(1 - rand({1}, noise, DType::float64).item(), 1 / a) : 1;
    return d * v * less / a;
  }
}

// By the product of uniform numbers where that is short, else by the normal distribution.
double poisson(double rate, Random& noise) {
  constexpr double many = 200;
  if (std::isnan(rate)) return rate;
  if (rate > many)
    return std::max(0.0,
                    std::round(rate + std::sqrt(rate) * randn({1}, noise, DType::float64).item()));
  double product = 1;
  for (double count = 0;; ++count) {
    product *= 1 - rand({1}, noise, DType::float64).item();
    if (product <= std::exp(-rate)) return count;
  }
}

}  // namespace

Variable NegativeBinomial::mean() const { return exp(log_mean); }

Tensor NegativeBinomial::sample(Random& noise) const {
  require_alike("negative_binomial", "log_mean", log_mean, "log_concentration", log_concentration);
  std::vector<double> x = cast(log_mean.value(), DType::float64).to_vector<double>();
  const std::vector<double> r = cast(log_concentration.value(), DType::float64).to_vector<double>();
  constexpr double largest = 700;  // whose exponential is finite
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] =
        poisson(std::exp(x[i]) * gamma_over_shape(std::exp(std::min(r[i], largest)), noise), noise);
  return cast(from_vector(x, log_mean.shape()), log_mean.dtype());
}

Variable NegativeBinomial::log_probability(const Variable& x) const {
  require_alike("negative_binomial", "log_mean", log_mean, "log_concentration", log_concentration);
  require_alike("negative_binomial", "log_mean", log_mean, "x", x);
  if (!is_finite(x.value()) || any(x.value() < 0).item() != 0 ||
      any(x.value() != round(x.value())).item() != 0)
    throw Error(
        text("negative_binomial: x ", x.shape(), " holds what is no count; try 0, 1, 2, …"));
  const auto wide = [](const Variable& v) { return cast(v, DType::float64); };
  const Variable k = wide(x), log_r = minimum(wide(log_concentration), largest_log_r);
  const Variable r = exp(log_r), apart = wide(log_mean) - log_r;
  // log(r / (r + μ)) = -softplus(log μ - log r), and so on.
  return cast(
      lgamma(k + r) - lgamma(k + 1) - lgamma(r) - r * softplus(apart) - k * softplus(-apart),
      log_mean.dtype());
}

Variable Ordinal::log_probabilities() const {
  if (thresholds.rank() != 1 || thresholds.count() == 0)
    throw ShapeError(
        text("ordinal: thresholds ", thresholds.shape(), " must be [c - 1], c at least 2"));
  const Variable ends = full({1}, far, thresholds.dtype());
  const Variable lower = cat({-ends, thresholds}), upper = cat({thresholds, ends});
  const Variable at = unsqueeze(location, -1);
  return log_sigmoid(upper - at) + log_sigmoid(at - lower) + log1mexp(lower - upper);
}

// σ(a) - σ(b) = σ(a) σ(-b) (1 - e^(b - a)), whose logarithm loses no digits.
Variable LogisticMixture::log_probability(const Tensor& upper, const Tensor& width) const {
  require_alike("logistic_mixture", "logits", logits, "location", location);
  require_alike("logistic_mixture", "logits", logits, "log_scale", log_scale);
  Shape each = logits.shape();
  if (each.rank() > 0) each.erase(each.rank() - 1);
  if (logits.rank() == 0 || upper.shape() != each || width.shape() != each)
    throw ShapeError(text("logistic_mixture: ends ", upper.shape(), " and widths ", width.shape(),
                          " do not fit logits ", logits.shape(), "; these have one axis more"));
  const Tensor wide = unsqueeze(width, -1);
  const Variable inverse = exp(-log_scale), below = unsqueeze(upper, -1) - location;
  const Variable part = log_sigmoid(below * inverse) + log_sigmoid((wide - below) * inverse) +
                        log1mexp(-wide * inverse);
  return logsumexp(log_softmax(logits, -1) + part, -1);
}

Tensor LogisticMixture::sample(Random& noise) const {
  require_alike("logistic_mixture", "logits", logits, "location", location);
  require_alike("logistic_mixture", "logits", logits, "log_scale", log_scale);
  const Tensor chosen = unsqueeze(Categorical{logits}.sample(noise), -1);
  const Tensor middle = gather(location.value(), -1, chosen);
  const Tensor scale = exp(gather(log_scale.value(), -1, chosen));
  const Tensor u = rand(middle.shape(), noise, middle.dtype());
  return squeeze(middle + scale * (log(clamp(u, 1e-7, 1)) - log1p(-u)), -1);
}

}  // namespace ebb::nn
