#include <autograd/parts.hpp>
#include <models/pixel_likelihood.hpp>
#include <nn/distributions.hpp>
#include <nn/likelihoods.hpp>

namespace ebb::models {
namespace {

// f of the distribution that the numbers make.
template <class F>
auto with(PixelLikelihood likelihood, const Variable& p, const F& f) {
  if (likelihood == PixelLikelihood::bernoulli) return f(nn::Bernoulli{p});
  const std::int64_t channels = p.size(1) / 2;
  return f(nn::BetaBinomial{slice(p, 1, 0, channels), slice(p, 1, channels)});
}

}  // namespace

std::int64_t numbers_of(PixelLikelihood likelihood) {
  return likelihood == PixelLikelihood::bernoulli ? 1 : 2;
}

Variable log_probability(PixelLikelihood likelihood, const Variable& p, const Variable& x) {
  return with(likelihood, p, [&](const auto& q) { return q.log_probability(x); });
}

Variable mean(PixelLikelihood likelihood, const Variable& p) {
  return with(likelihood, p, [](const auto& q) { return q.mean(); });
}

Tensor sample(PixelLikelihood likelihood, const Variable& p, Random& noise) {
  return with(likelihood, p, [&](const auto& q) { return q.sample(noise); });
}

}  // namespace ebb::models
