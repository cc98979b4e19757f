#include <autograd/elementwise.hpp>
#include <autograd/parts.hpp>
#include <autograd/views.hpp>
#include <models/likelihood.hpp>
#include <nn/distributions.hpp>
#include <nn/likelihoods.hpp>
#include <nn/start.hpp>

namespace ebb::models {

namespace {

// Densities have no upper bound: where a pixel never varies, the variance would fall without end.
// It moves smoothly toward this one, whose σ is a seventh of the step between 256 gray values.
constexpr double least_log_variance = -15;

// Where a pixel never varies, α or β would grow without end, or the scale of a logistic
// distribution vanish; within these limits there are digits enough for log p and its slopes in
// float32.
Variable held(const Variable& log_parameter) { return clamp(log_parameter, -20, 8); }
Variable held_scale(const Variable& log_scale) { return clamp(log_scale, -12, 12); }

}  // namespace

Likelihood::Likelihood(Kind kind, std::int64_t elements) : kind_(kind) {
  if (kind == Kind::gaussian) elements = 1;
  if (kind == Kind::gaussian || kind == Kind::gaussian_per_element)
    log_variance_.emplace(Shape{elements}, nn::ParameterOptions{nn::constant(-3)});
}

std::int64_t Likelihood::numbers() const {
  return kind_ == Kind::logistic || kind_ == Kind::beta_binomial ? 2 : 1;
}

// Calls `use` with the distribution.
template <class Use>
auto Likelihood::with(const Variable& all, Use use) const {
  if (all.size(-1) % numbers() != 0)
    throw ShapeError(text("likelihood: numbers ", all.shape(),
                          "; the last axis must be even, with two for each element"));
  const std::int64_t d = all.size(-1) / numbers();
  const Variable first = numbers() == 1 ? all : slice(all, -1, 0, d);
  const auto second = [&] { return slice(all, -1, d, 2 * d); };
  switch (kind_) {
    case Kind::bernoulli:
      return use(nn::Bernoulli{first});
    case Kind::logistic:
      return use(nn::DiscretizedLogistic{first, held_scale(second())});
    case Kind::beta_binomial:
      return use(nn::BetaBinomial{held(first), held(second())});
    case Kind::continuous_bernoulli:
      return use(nn::ContinuousBernoulli{first});
    case Kind::gaussian:
    case Kind::gaussian_per_element:
      break;
  }
  const Variable bounded = least_log_variance + softplus(*log_variance_ - least_log_variance);
  return use(nn::Gaussian{first, expand(bounded, first.shape())});
}

Variable Likelihood::log_probability(const Variable& numbers, const Variable& x) const {
  return with(numbers, [&](const auto& p) { return p.log_probability(x); });
}

Variable Likelihood::mean(const Variable& numbers) const {
  return with(numbers, [](const auto& p) {
    if constexpr (requires { p.mean(); })
      return p.mean();
    else
      return p.mean;
  });
}

Tensor Likelihood::sample(const Variable& numbers, Random& noise) const {
  return with(numbers, [&](const auto& p) {
    const Variable x = p.sample(noise);
    return x.value();
  });
}

}  // namespace ebb::models
