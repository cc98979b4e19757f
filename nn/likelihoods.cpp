#include <autograd/elementwise.hpp>
#include <autograd/views.hpp>
#include <cmath>
#include <nn/likelihoods.hpp>
#include <nn/reduced.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/makers.hpp>
#include <tensor/parts.hpp>
#include <tensor/random.hpp>

namespace ebb::nn {

using detail::require_alike, detail::require_unit;

namespace {

double last_of(const char* name, std::int64_t values) {
  if (values < 2) throw Error(text(name, ": ", values, " values; there must be at least 2"));
  return static_cast<double>(values - 1);
}

// log C(n, k) of whole numbers k, [n + 1] of them: in float64, and then rounded.
Tensor log_binomials(double n, DType dtype) {
  const Tensor k = arange(n + 1, DType::float64);
  return cast(std::lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1), dtype);
}

// The least k whose P(K <= k) reaches u. The probabilities follow from one another,
//     p(k) / p(k - 1) = (n - k + 1) (k - 1 + α) / (k (n - k + β)),
// so that none needs a gamma function; they are kept small enough not to overflow.
double beta_binomial_quantile(double u, double alpha, double beta, std::vector<double>& weights) {
  constexpr double large = 1e200;
  const auto n = static_cast<double>(weights.size() - 1);
  double total = weights[0] = 1;
  for (std::size_t i = 1; i < weights.size(); ++i) {
    const auto k = static_cast<double>(i);
    weights[i] = weights[i - 1] * ((n - k + 1) / k) * ((k - 1 + alpha) / (n - k + beta));
    total += weights[i];
    if (total > large) {
      for (std::size_t j = 0; j <= i; ++j) weights[j] /= large;
      total /= large;
    }
  }
  double left = u * total;
  std::size_t k = 0;
  while (k + 1 < weights.size() && left >= weights[k]) left -= weights[k++];
  return static_cast<double>(k);
}

// Below it the functions of a logit x that divide by x are taken from their series.
constexpr double small = 0.03;
// Beyond it e^x is all but infinite to a float32, and so would be its slope.
constexpr double large = 80;

}  // namespace

// The integral of 1 - σ((x - location) / s) from 0 to 1. Scales beyond e^7 all have means near ½;
// to a float32 the difference of their softplus would be lost.
Variable DiscretizedLogistic::mean() const {
  require_alike("discretized_logistic", "location", location, "log_scale", log_scale);
  const Variable narrow = clamp(log_scale, -60, 7), inverse = exp(-narrow);
  return exp(narrow) * (softplus(location * inverse) - softplus((location - 1) * inverse));
}

Tensor DiscretizedLogistic::sample(Random& noise) const {
  const double last = last_of("discretized_logistic", values);
  require_alike("discretized_logistic", "location", location, "log_scale", log_scale);
  const Tensor u = rand(location.shape(), noise, location.dtype());
  const Tensor x = location.value() + exp(log_scale.value()) * (log(u) - log1p(-u));
  return round(clamp(x, 0, 1) * last) / last;
}

// σ(a) - σ(b) = σ(a) σ(-b) (1 - e^(b - a)), whose logarithm loses no digits.
Variable DiscretizedLogistic::log_probability(const Variable& x) const {
  require_alike("discretized_logistic", "location", location, "log_scale", log_scale);
  require_alike("discretized_logistic", "location", location, "x", x);
  require_unit("discretized_logistic", x.value());
  const double half = 0.5 / last_of("discretized_logistic", values);
  const Variable inverse = exp(-log_scale), from = x - location;
  const Variable below = log_sigmoid((from + half) * inverse);  // log of what lies below x + h
  const Variable above = log_sigmoid((half - from) * inverse);  // and above x - h
  const Variable between = below + above + log1mexp(-2 * half * inverse);
  return where(x.value() < half, below, where(x.value() > 1 - half, above, between));
}

Variable BetaBinomial::mean() const {
  require_alike("beta_binomial", "log_alpha", log_alpha, "log_beta", log_beta);
  return sigmoid(log_alpha - log_beta);
}

Tensor BetaBinomial::sample(Random& noise) const {
  const double last = last_of("beta_binomial", values);
  require_alike("beta_binomial", "log_alpha", log_alpha, "log_beta", log_beta);
  const auto wide = [](const Tensor& t) { return cast(t, DType::float64).to_vector<double>(); };
  const Tensor uniform = rand(log_alpha.shape(), noise, DType::float64);
  const std::vector<double> a = wide(log_alpha.value()), b = wide(log_beta.value());
  std::vector<double> x = wide(uniform);  // becomes what is drawn
  parallel_for(static_cast<std::int64_t>(x.size()), 64, [&](std::int64_t begin, std::int64_t end) {
    std::vector<double> weights(static_cast<std::size_t>(values));
    for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i)
      x[i] = beta_binomial_quantile(x[i], std::exp(a[i]), std::exp(b[i]), weights) / last;
  });
  return cast(from_vector(x, log_alpha.shape()), log_alpha.dtype());
}

Variable BetaBinomial::log_probability(const Variable& x) const {
  require_alike("beta_binomial", "log_alpha", log_alpha, "log_beta", log_beta);
  require_alike("beta_binomial", "log_alpha", log_alpha, "x", x);
  require_unit("beta_binomial", x.value());
  const double last = last_of("beta_binomial", values);
  const Variable k = round(last * x.value()), rest = last - k;
  const Variable alpha = exp(log_alpha), beta = exp(log_beta);
  const Tensor places = reshape(cast(k.value(), DType::int32), {-1});
  const Tensor ways = index_select(log_binomials(last, x.dtype()), 0, places);
  return reshape(ways, x.shape()) + log_rising(alpha, k) + log_rising(beta, rest) -
         log_rising(alpha + beta, last);
}

// With the logit l: 1 / (1 - e^-l) - 1 / l, near 0 the series ½ + l / 12 - l³ / 720.
Variable ContinuousBernoulli::mean() const {
  const Variable near_zero = abs(logits) < small;
  const Variable l = where(near_zero, 1, logits),
                 series = logits / 12 - logits * square(logits) / 720;
  return where(near_zero, 0.5 + series, -1 / expm1(clamp(-l, -large, large)) - 1 / l);
}

// The inverse of its distribution function, for -|l|, where nothing overflows, and turned around.
Tensor ContinuousBernoulli::sample(Random& noise) const {
  const Tensor u = rand(logits.shape(), noise, logits.dtype());
  const Tensor size = abs(logits.value()), near_zero = size < 1e-6;
  const Tensor low = log1p(u * expm1(-size)) / where(near_zero, 1, -size);
  return where(near_zero, u, where(logits.value() > 0, 1 - low, low));
}

// C = l / tanh(l / 2), whose logarithm is log 2 + l² / 12 - 7 l⁴ / 1440 near 0.
Variable ContinuousBernoulli::log_probability(const Variable& x) const {
  require_alike("continuous_bernoulli", "logits", logits, "x", x);
  require_unit("continuous_bernoulli", x.value());
  const Variable near_zero = abs(logits.value()) < small;
  const Variable l = where(near_zero, 1, logits), squared = square(where(near_zero, logits, 0));
  const Variable series = std::log(2.0) + squared / 12 - 7.0 / 1440 * square(squared);
  return bernoulli_log_probability(logits, x) + where(near_zero, series, log(l / tanh(0.5 * l)));
}

}  // namespace ebb::nn
