#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <models/priors.hpp>
#include <nn/distributions.hpp>
#include <nn/mixtures.hpp>
#include <nn/reduced.hpp>
#include <nn/start.hpp>
#include <tensor/makers.hpp>
#include <tensor/random.hpp>

namespace ebb::models {

using nn::Gaussian, nn::GaussianMixture, nn::per_example;

namespace {

GaussianMixture mixture(const MixturePrior& prior, const Encoder&) {
  return {prior.logits, prior.mean, prior.log_variance};
}

GaussianMixture mixture(const VampPrior& prior, const Encoder& encoder) {
  const Gaussian codes = encoder(sigmoid(prior.logits));
  return {zeros({codes.mean.size(0)}, codes.mean.dtype()), codes.mean, codes.log_variance};
}

Variable log_standard(const Variable& z) {
  const Tensor none = zeros(z.shape(), z.dtype());
  return per_example(Gaussian{none, none}.log_probability(z));
}

struct LogProbability {
  const Variable& z;
  const Encoder& encoder;
  nn::Pass& pass;

  Variable operator()(const StandardPrior&) const { return log_standard(z); }
  Variable operator()(const StackedPrior& prior) const {
    const Gaussian q = prior.up(z, pass);
    const Variable u = q.sample(pass.noise);
    return per_example(prior.down(u, pass).log_probability(z)) + log_standard(u) -
           per_example(q.log_probability(u));
  }
  Variable operator()(const auto& prior) const {
    return mixture(prior, encoder).log_probability(z);
  }
};

struct Sample {
  std::int64_t n;
  double temperature;
  const Encoder& encoder;
  Random& noise;

  Variable standard(std::int64_t width) const {
    return temperature * randn({n, width}, noise, encoder.mean.weight.value().dtype());
  }
  Variable operator()(const StandardPrior& prior) const { return standard(prior.latent); }
  Variable operator()(const StackedPrior& prior) const {
    const Gaussian p = prior.down(standard(prior.up.latent()));
    return p.mean + exp(0.5 * p.log_variance) * standard(p.mean.size(1));
  }
  Variable operator()(const auto& prior) const {
    return mixture(prior, encoder).sample(n, noise, temperature);
  }
};

}  // namespace

MixturePrior::MixturePrior(std::int64_t components, std::int64_t latent)
    : logits({components}, {nn::constant(0)}),
      mean({components, latent}, {nn::normal(0.1)}),  // together nearly N(0, 1)
      log_variance({components, latent}, {nn::constant(0)}) {}

VampPrior::VampPrior(std::int64_t components, const Shape& example)
    : logits(
          [&] {
            Shape all = {components};
            for (int i = 0; i < example.rank(); ++i) all.push_back(example[i]);
            return all;
          }(),
          {nn::normal(1)}) {}

void VampPrior::begin_at(const Tensor& examples) {
  nn::detail::require_unit("vamp", examples);
  const Tensor inside = 0.01 + 0.98 * examples;  // where the logits are finite
  logits.set(log(inside) - log1p(-inside));
}

Variable log_probability(const Prior& prior, const Variable& z, const Encoder& encoder,
                         nn::Pass& pass) {
  return std::visit(LogProbability{z, encoder, pass}, prior);
}

Variable sample(const Prior& prior, std::int64_t n, double temperature, const Encoder& encoder,
                Random& noise) {
  return std::visit(Sample{n, temperature, encoder, noise}, prior);
}

}  // namespace ebb::models
