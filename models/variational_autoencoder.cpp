#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <models/variational_autoencoder.hpp>
#include <nn/activations.hpp>
#include <nn/losses.hpp>

namespace ebb::models {
namespace {

// Linear and ReLU for every width: from `width` to the last of them.
template <class Widths>
nn::Sequential through(std::int64_t width, const Widths& widths) {
  nn::Sequential layers;
  for (std::int64_t next : widths) {
    layers.add(nn::Linear{width, next});
    layers.add(nn::ReLU{});
    width = next;
  }
  return layers;
}

std::vector<std::int64_t> reversed(const std::vector<std::int64_t>& widths) {
  return {widths.rbegin(), widths.rend()};
}

}  // namespace

Variable Posterior::sample(Random& random) const {
  return mean + exp(0.5 * log_variance) * Variable(randn(mean.shape(), random, mean.dtype()));
}

Encoder::Encoder(const VariationalAutoencoderOptions& o)
    : hidden(through(o.input, o.hidden)),
      mean(o.hidden.empty() ? o.input : o.hidden.back(), o.latent),
      log_variance(mean) {}

Posterior Encoder::operator()(const Variable& x) const {
  const Variable h = hidden(x);
  return {mean(h), log_variance(h)};
}

void Encoder::visit(nn::Visitor& v) {
  v("hidden", hidden);
  v("mean", mean);
  v("log_variance", log_variance);
}

Decoder::Decoder(const VariationalAutoencoderOptions& o)
    : hidden(through(o.latent, reversed(o.hidden))),
      output(o.hidden.empty() ? o.latent : o.hidden.front(), o.input) {}

Variable Decoder::operator()(const Variable& z) const { return output(hidden(z)); }

void Decoder::visit(nn::Visitor& v) {
  v("hidden", hidden);
  v("output", output);
}

VariationalAutoencoder::VariationalAutoencoder(const VariationalAutoencoderOptions& options)
    : encoder(options), decoder(options), latent_(options.latent), beta_(options.beta) {}

Variable VariationalAutoencoder::decode(const Variable& z) const { return sigmoid(decoder(z)); }

Variable VariationalAutoencoder::operator()(const Variable& x) const {
  return decode(encode(x).mean);
}

Variable VariationalAutoencoder::sample(std::int64_t n, Random& random) const {
  return decode(randn({n, latent_}, random, decoder.output.weight.value().dtype()));
}

VariationalLoss VariationalAutoencoder::loss(const Variable& x, Random& random) const {
  const Posterior posterior = encode(x);
  const Variable logits = decoder(posterior.sample(random));
  const Variable reconstruction =
      sum(nn::binary_cross_entropy_with_logits(logits, x, nn::LossReduction::none), {-1});
  const Variable kl = nn::kl_divergence(posterior.mean, posterior.log_variance);
  return {mean(reconstruction + beta_ * kl), reconstruction, kl};
}

void VariationalAutoencoder::visit(nn::Visitor& v) {
  v("encoder", encoder);
  v("decoder", decoder);
}

}  // namespace ebb::models
