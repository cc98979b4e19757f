#include <algorithm>
#include <autograd/elementwise.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <models/text/text_autoencoder.hpp>
#include <nn/distributions.hpp>
#include <nn/pass.hpp>
#include <tensor/makers.hpp>
#include <tensor/random.hpp>

namespace ebb::models {

using nn::Gaussian, nn::per_example;

namespace {

// Tokens that are read together: a few are slow one draw after the other, many do not stay in
// cache.
constexpr std::int64_t most_tokens = std::int64_t{1} << 15;

}  // namespace

TextAutoencoder::TextAutoencoder(const TextAutoencoderOptions& o, const Objective& aim)
    : tokens(o.decoder.vocabulary, o.decoder.width),
      reader(o.decoder.width, o.decoder.width, {.batch_first = true, .bidirectional = true}),
      encoder(nn::Sequential{}, 2 * o.decoder.width, o.decoder.latent),
      decoder(o.decoder),
      objective(aim),
      word_dropout_(o.word_dropout) {
  if (o.decoder.latent < 1)
    throw Error(text("text_autoencoder: a code of ", o.decoder.latent, " numbers; try 32"));
  if (!(word_dropout_ >= 0 && word_dropout_ < 1))
    throw Error(text("text_autoencoder: a word dropout of ", word_dropout_,
                     "; it must be at least 0 and below 1, try 0.3"));
}

// What both directions know at their ends, side by side.
Variable TextAutoencoder::features(const nn::Batch& texts) const {
  std::int32_t steps = 1;
  for (const std::int32_t length : texts.lengths.to_vector<std::int32_t>())
    steps = std::max(steps, length);
  const Tensor read = slice(texts.inputs, 1, 0, steps);  // no text goes on behind
  const Variable last = reader(tokens(read), {.lengths = texts.lengths}).state;
  return cat({squeeze(slice(last, 0, 0, 1), 0), squeeze(slice(last, 0, 1, 2), 0)}, 1);
}

Gaussian TextAutoencoder::encode(const nn::Batch& texts) const {
  return encoder.posterior(features(texts));
}

Tensor TextAutoencoder::heard(const Tensor& all, nn::Pass& pass) const {
  if (!pass.training || word_dropout_ == 0) return {};
  const Tensor missed = cast(rand(all.shape(), pass.noise) < word_dropout_, DType::int32);
  return where(missed,
               full(all.shape(), static_cast<double>(decoder.options().vocabulary), DType::int32),
               all);
}

VariationalLoss TextAutoencoder::loss(const nn::Batch& texts, nn::Pass& pass) const {
  const auto& [beta, samples, free_bits, learned] = objective;
  if (samples > 1) {
    const Variable nats = -nn::importance_bound(log_weights(texts, samples, pass));
    return {mean(nats), nats, {}};
  }
  const Gaussian posterior = encode(texts);
  const Variable divergence = posterior.divergence(), kl = per_example(divergence);
  const Variable z = posterior.sample(pass.noise);
  const Variable reconstruction =
      -decoder.log_probability(texts.inputs, texts.mask, pass, z, heard(texts.inputs, pass));
  if (free_bits == 0) return {mean(reconstruction + beta * kl), reconstruction, kl};
  return {mean(reconstruction) + beta * sum(maximum(mean(divergence, 0), free_bits)),
          reconstruction, kl};
}

Variable TextAutoencoder::log_weights(const nn::Batch& texts, std::int64_t draws,
                                      nn::Pass& pass) const {
  const Gaussian posterior = encode(texts);
  const Variable middle = zeros(posterior.mean.shape(), posterior.mean.dtype());
  const Gaussian prior = {middle, middle};
  const std::int64_t n = texts.inputs.size(0), tokens_of_one = texts.inputs.count(),
                     at_once = std::max<std::int64_t>(
                         1, most_tokens / std::max<std::int64_t>(1, tokens_of_one));
  std::vector<Variable> weights;
  for (std::int64_t k = 0; k < draws; k += at_once) {
    const std::int64_t some = std::min(at_once, draws - k);
    const auto copies = static_cast<std::size_t>(some);
    std::vector<Variable> codes, ratios;
    while (codes.size() < copies) {
      const Variable z = posterior.sample(pass.noise);
      ratios.push_back(per_example(prior.log_probability(z) - posterior.log_probability(z)));
      codes.push_back(z);
    }
    const Tensor all = cat(std::vector<Tensor>(copies, texts.inputs)),
                 mask = cat(std::vector<Tensor>(copies, texts.mask));
    const Variable log_p = decoder.log_probability(all, mask, pass, cat(codes), heard(all, pass));
    weights.push_back(reshape(log_p, {some, n}) + stack(ratios));
  }
  return cat(weights);
}

void TextAutoencoder::visit(nn::Visitor& v) {
  v("tokens", tokens);
  v("reader", reader);
  v("encoder", encoder);
  v("decoder", decoder);
}

}  // namespace ebb::models
