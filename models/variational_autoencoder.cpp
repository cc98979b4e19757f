#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <models/variational_autoencoder.hpp>
#include <nn/layers/flatten.hpp>
#include <nn/layers/hidden.hpp>
#include <nn/losses.hpp>

namespace ebb::models {

Variable Posterior::sample(Random& random) const {
  return mean + exp(0.5 * log_variance) * Variable(randn(mean.shape(), random, mean.dtype()));
}

Tensor VariationalLoss::bounds() const { return -(reconstruction.value() + kl.value()); }

Encoder::Encoder(const VariationalAutoencoderOptions& o)
    : hidden(nn::hidden_layers(o.input, o.hidden)),
      mean(o.hidden.empty() ? o.input : o.hidden.back(), o.latent),
      log_variance(mean) {}

Posterior Encoder::operator()(const Variable& x) const {
  const Variable h = hidden(nn::flatten(x));
  return {mean(h), log_variance(h)};
}

void Encoder::visit(nn::Visitor& v) {
  v("hidden", hidden);
  v("mean", mean);
  v("log_variance", log_variance);
}

Decoder::Decoder(const VariationalAutoencoderOptions& o)
    : hidden(nn::hidden_layers(o.latent, {o.hidden.rbegin(), o.hidden.rend()})),
      output(o.hidden.empty() ? o.latent : o.hidden.front(), o.input) {}

Variable Decoder::operator()(const Variable& z) const { return output(hidden(z)); }

void Decoder::visit(nn::Visitor& v) {
  v("hidden", hidden);
  v("output", output);
}

VariationalAutoencoder::VariationalAutoencoder(const VariationalAutoencoderOptions& options)
    : encoder(options), decoder(options), options_(options) {}

Variable VariationalAutoencoder::decode(const Variable& z) const { return sigmoid(decoder(z)); }

Variable VariationalAutoencoder::operator()(const Variable& x) const {
  return decode(encode(x).mean);
}

Variable VariationalAutoencoder::sample(std::int64_t n, Random& random) const {
  return decode(randn({n, options_.latent}, random, decoder.output.weight.value().dtype()));
}

VariationalLoss VariationalAutoencoder::loss(const Variable& x, Random& random) const {
  const Posterior posterior = encode(x);
  const Variable logits = decoder(posterior.sample(random));
  const Variable reconstruction = sum(
      nn::binary_cross_entropy_with_logits(logits, nn::flatten(x), nn::LossReduction::none), {-1});
  const Variable kl = nn::kl_divergence(posterior.mean, posterior.log_variance);
  return {mean(reconstruction + options_.beta * kl), reconstruction, kl};
}

void VariationalAutoencoder::visit(nn::Visitor& v) {
  v("encoder", encoder);
  v("decoder", decoder);
}

}  // namespace ebb::models
