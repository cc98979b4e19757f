#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <models/variational_autoencoder.hpp>
#include <models/variational_parts.hpp>
#include <nn/distributions.hpp>
#include <nn/layers/flatten.hpp>

namespace ebb::models {

using nn::flatten, nn::Gaussian, nn::Pass, nn::per_example;

static Variable between(const Variable& a, const Variable& b, double share) {
  return share == 1 ? b : a + share * (b - a);
}

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
  const auto& [beta, samples, free_bits, learned] = objective;
  const Variable features = parts_->features(x, pass, condition);
  const Gaussian posterior = parts_->encoder.posterior(features);
  const Variable divergence = posterior.divergence(), closed = per_example(divergence);
  if (samples != 1 || !parts_->has_closed_form()) {
    if (free_bits > 0)
      throw Error(text("vae: ", free_bits, " free bits of a divergence that has no closed form; ",
                       "try one sample, the standard prior and no flow"));
    const auto [log_p, ratio, standard] = parts_->draws(x, features, samples, pass, condition);
    // What has a closed form takes the place of its estimate.
    const Variable kl = mean(ratio - standard, 0) + closed, reconstruction = -mean(log_p, 0);
    if (samples == 1)
      return {mean(reconstruction + beta * between(closed, kl, learned)), reconstruction, kl};
    const Variable log_weights = log_p - beta * between(standard, ratio, learned);
    return {-mean(nn::importance_bound(log_weights)), reconstruction, kl};
  }
  const Variable numbers = parts_->numbers(posterior.sample(pass.noise), pass, condition);
  const Variable reconstruction =
      -per_example(parts_->likelihood.log_probability(numbers, flatten(x)));
  if (free_bits == 0) return {mean(reconstruction + beta * closed), reconstruction, closed};
  return {mean(reconstruction) + beta * sum(maximum(mean(divergence, 0), free_bits)),
          reconstruction, closed};
}

void VariationalAutoencoder::visit(nn::Visitor& v) { parts_->visit(v); }

}  // namespace ebb::models
