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
  const Gaussian posterior = encode(texts);
  const Variable divergence = posterior.divergence(), kl = per_example(divergence);
  if (samples > 1) {
    if (free_bits > 0)
      throw Error(text("text_autoencoder: ", free_bits, " free bits of a bound of ", samples,
                       " samples, whose divergence has no closed form; try one sample"));
    const auto [log_p, log_ratio] = draws(texts, posterior, samples, pass);
    return {-mean(nn::importance_bound(log_p - beta * log_ratio)), -mean(log_p, 0), kl};
  }
  const Variable z = posterior.sample(pass.noise);
  const Variable reconstruction =
      -decoder.log_probability(texts.inputs, texts.mask, pass, z, heard(texts.inputs, pass));
  if (free_bits == 0) return {mean(reconstruction + beta * kl), reconstruction, kl};
  return {mean(reconstruction) + beta * sum(maximum(mean(divergence, 0), free_bits)),
          reconstruction, kl};
}

TextAutoencoder::Draws TextAutoencoder::draws(const nn::Batch& texts, const Gaussian& posterior,
                                              std::int64_t count, nn::Pass& pass) const {
  if (count < 1) throw Error(text("text_autoencoder: ", count, " draws; it takes at least 1"));
  const Variable middle = zeros(posterior.mean.shape(), posterior.mean.dtype());
  const Gaussian prior = {middle, middle};
  const std::int64_t n = texts.inputs.size(0), tokens_of_one = texts.inputs.count(),
                     at_once = std::max<std::int64_t>(
                         1, most_tokens / std::max<std::int64_t>(1, tokens_of_one));
  std::vector<Variable> log_p, log_ratio;
  for (std::int64_t k = 0; k < count; k += at_once) {
    const std::int64_t some = std::min(at_once, count - k);
    const auto copies = static_cast<std::size_t>(some);
    std::vector<Variable> codes;
    while (codes.size() < copies) {
      const Variable z = posterior.sample(pass.noise);
      log_ratio.push_back(per_example(posterior.log_probability(z) - prior.log_probability(z)));
      codes.push_back(z);
    }
    const Tensor all = cat(std::vector<Tensor>(copies, texts.inputs)),
                 mask = cat(std::vector<Tensor>(copies, texts.mask));
    log_p.push_back(
        reshape(decoder.log_probability(all, mask, pass, cat(codes), heard(all, pass)), {some, n}));
  }
  return {cat(log_p), stack(log_ratio)};
}

Variable TextAutoencoder::log_weights(const nn::Batch& texts, std::int64_t count,
                                      nn::Pass& pass) const {
  const auto [log_p, log_ratio] = draws(texts, encode(texts), count, pass);
  return log_p - log_ratio;
}

void TextAutoencoder::visit(nn::Visitor& v) {
  v("tokens", tokens);
  v("reader", reader);
  v("encoder", encoder);
  v("decoder", decoder);
}

}  // namespace ebb::models
