#include <autograd/elementwise.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <models/variational_autoencoder.hpp>
#include <nn/distributions.hpp>
#include <nn/layers/flatten.hpp>
#include <nn/layers/hidden.hpp>
#include <tensor/random.hpp>

namespace ebb::models {

using nn::Bernoulli, nn::Gaussian, nn::Pass, nn::per_example;

constexpr std::int64_t at_once = 50;  // draws that are decoded together: more take more memory

Encoder::Encoder(nn::Layer hidden_layer, std::int64_t features, std::int64_t latent)
    : hidden(std::move(hidden_layer)), mean(features, latent), log_variance(features, latent) {}

Gaussian Encoder::operator()(const Variable& x) const {
  const Variable h = hidden(x);
  return {mean(h), log_variance(h)};
}

Gaussian Encoder::operator()(const Variable& x, Pass& pass) const {
  const Variable h = hidden(x, pass);
  return {mean(h), log_variance(h)};
}

Variable Decoder::operator()(const Variable& z) const { return output(hidden(z)); }

Variable Decoder::operator()(const Variable& z, Pass& pass) const {
  return output(hidden(z, pass), pass);
}

VariationalAutoencoder::VariationalAutoencoder(Encoder e, Decoder d, double weight)
    : encoder(std::move(e)), decoder(std::move(d)), beta(weight) {}

VariationalAutoencoder::VariationalAutoencoder(const VariationalAutoencoderOptions& o)
    : VariationalAutoencoder(
          Encoder(nn::Dense(o.input, o.hidden), o.hidden.empty() ? o.input : o.hidden.back(),
                  o.latent),
          Decoder(nn::hidden_layers(o.latent, {o.hidden.rbegin(), o.hidden.rend()}),
                  nn::Linear(o.hidden.empty() ? o.latent : o.hidden.front(), o.input)),
          o.beta) {}

Gaussian VariationalAutoencoder::encode(const Variable& x) const { return encoder(x); }

Variable VariationalAutoencoder::decode(const Variable& z) const {
  return Bernoulli{decoder(z)}.mean();
}

Variable VariationalAutoencoder::operator()(const Variable& x) const {
  return reshape(decode(encode(x).mean), x.shape());
}

Variable VariationalAutoencoder::sample(std::int64_t n, Random& noise, double temperature) const {
  const nn::Parameter& weight = encoder.mean.weight;
  return decode(temperature * randn({n, weight.shape()[0]}, noise, weight.value().dtype()));
}

Variable VariationalAutoencoder::log_likelihood(const Variable& x, const Variable& z,
                                                Pass& pass) const {
  return Bernoulli{reshape(decoder(z, pass), x.shape())}.log_probability(x);
}

VariationalLoss VariationalAutoencoder::loss(const Variable& x, Pass& pass) const {
  const Gaussian posterior = encoder(x, pass);
  const Variable reconstruction =
      -per_example(log_likelihood(x, posterior.sample(pass.noise), pass));
  const Variable kl = per_example(posterior.divergence());
  return {mean(reconstruction + beta * kl), reconstruction, kl};
}

Variable VariationalAutoencoder::bound(const Variable& x, Pass& pass) const {
  const VariationalLoss terms = loss(x, pass);
  return -(terms.reconstruction + terms.kl);
}

Variable VariationalAutoencoder::bound(const Variable& x, std::int64_t draws, Pass& pass) const {
  if (draws < 1) throw Error(text("bound: ", draws, " draws; it takes at least 1"));
  const Gaussian posterior = encoder(x, pass);
  std::vector<Variable> weights;
  for (std::int64_t done = 0; done < draws; done += at_once)
    weights.push_back(log_weights(x, posterior, std::min(at_once, draws - done), pass));
  return nn::importance_bound(cat(weights));
}

Variable VariationalAutoencoder::log_weights(const Variable& x, const Gaussian& posterior,
                                             std::int64_t draws, Pass& pass) const {
  const std::int64_t n = posterior.mean.size(0), latent = posterior.mean.size(1);
  const Shape codes = {draws, n, latent};
  const Gaussian q = {expand(posterior.mean, codes), expand(posterior.log_variance, codes)};
  const Variable z = q.sample(pass.noise), zeros = expand(full({}, 0, x.dtype()), codes);
  const Variable flat = nn::flatten(x), repeated = expand(flat, {draws, n, flat.size(1)});
  const Variable log_p = log_likelihood(repeated, reshape(z, {draws * n, latent}), pass);
  return sum(log_p, 2) + sum(Gaussian{zeros, zeros}.log_probability(z) - q.log_probability(z), 2);
}

}  // namespace ebb::models
