#include <algorithm>
#include <autograd/elementwise.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <models/variational_autoencoder.hpp>
#include <models/variational_parts.hpp>
#include <nn/distributions.hpp>
#include <nn/layers/flatten.hpp>

namespace ebb::models {

using nn::flatten, nn::Gaussian, nn::Pass, nn::per_example;

static constexpr std::int64_t most_codes = 5000;  // decoded together: more take more memory

VariationalAutoencoder::VariationalAutoencoder(VariationalParts parts, const Objective& o)
    : objective(o), parts_(std::make_unique<VariationalParts>(std::move(parts))) {}
VariationalAutoencoder::VariationalAutoencoder(const VariationalAutoencoderOptions& o)
    : VariationalAutoencoder(VariationalParts(o), {.beta = o.beta}) {}
VariationalAutoencoder::VariationalAutoencoder(const VariationalAutoencoder& other)
    : Module(other),
      objective(other.objective),
      parts_(std::make_unique<VariationalParts>(*other.parts_)) {}
VariationalAutoencoder::VariationalAutoencoder(VariationalAutoencoder&&) noexcept = default;
VariationalAutoencoder& VariationalAutoencoder::operator=(VariationalAutoencoder other) noexcept {
  Module::operator=(std::move(other));
  objective = other.objective;
  parts_ = std::move(other.parts_);
  return *this;
}
VariationalAutoencoder::~VariationalAutoencoder() = default;

Gaussian VariationalAutoencoder::encode(const Variable& x, const Variable& condition) const {
  return parts_->encoder.posterior(parts_->features(x, condition));
}

Variable VariationalAutoencoder::decode(const Variable& z, const Variable& condition) const {
  return parts_->decode(z, condition);
}

Variable VariationalAutoencoder::operator()(const Variable& x) const {
  return reshape(decode(parts_->code(x)), x.shape());
}

Variable VariationalAutoencoder::sample(std::int64_t n, Random& noise, double temperature) const {
  return decode(parts_->sample_codes(n, noise, temperature));
}

VariationalLoss VariationalAutoencoder::loss(const Variable& x, Pass& pass,
                                             const Variable& condition) const {
  const auto& [beta, samples, free_bits] = objective;
  const Variable features = parts_->features(x, pass, condition);
  if (samples != 1 || !parts_->has_closed_form()) {
    if (free_bits > 0)
      throw Error(text("vae: ", free_bits, " free bits of a divergence that has no closed form; ",
                       "try one sample, the standard prior and no flow"));
    const auto [log_p, log_ratio, chance] = parts_->draws(x, features, samples, pass, condition);
    const Variable kl = mean(log_ratio - chance, 0), reconstruction = -mean(log_p, 0);
    if (samples == 1) return {mean(reconstruction + beta * kl), reconstruction, kl};
    return {-mean(nn::importance_bound(log_p - beta * log_ratio)), reconstruction, kl};
  }
  const Gaussian posterior = parts_->encoder.posterior(features);
  const Variable numbers = parts_->numbers(posterior.sample(pass.noise), pass, condition);
  const Variable reconstruction =
      -per_example(parts_->likelihood.log_probability(numbers, flatten(x)));
  const Variable divergence = posterior.divergence(), kl = per_example(divergence);
  if (free_bits == 0) return {mean(reconstruction + beta * kl), reconstruction, kl};
  return {mean(reconstruction) + beta * sum(maximum(mean(divergence, 0), free_bits)),
          reconstruction, kl};
}

Variable VariationalAutoencoder::bound(const Variable& x, Pass& pass,
                                       const Variable& condition) const {
  const VariationalLoss terms = loss(x, pass, condition);
  return -(terms.reconstruction + terms.kl);
}

Variable VariationalAutoencoder::bound(const Variable& x, std::int64_t draws, Pass& pass,
                                       const Variable& condition) const {
  return nn::importance_bound(log_weights(x, draws, pass, condition));
}

Variable VariationalAutoencoder::log_weights(const Variable& x, std::int64_t count, Pass& pass,
                                             const Variable& condition) const {
  const Variable features = parts_->features(x, pass, condition);
  const std::int64_t n = std::clamp<std::int64_t>(x.size(0), 1, most_codes), most = most_codes / n;
  std::vector<Variable> weights;
  std::int64_t rest = count;
  do {
    const auto some = parts_->draws(x, features, std::min(most, rest), pass, condition);
    weights.push_back(some.log_likelihood - some.log_ratio);
    rest -= most;
  } while (rest > 0);
  return cat(weights);
}

void VariationalAutoencoder::visit(nn::Visitor& v) { parts_->visit(v); }

}  // namespace ebb::models
