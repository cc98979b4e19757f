// A variational autoencoder of texts: a code says what a text is about, a language model that is
// told it writes the text. (Bowman et al., "Generating sentences from a continuous space", CoNLL
// 2016.)
#pragma once

#include <models/coders.hpp>
#include <models/text/language_model.hpp>
#include <models/variational_autoencoder.hpp>
#include <nn/data/dataset.hpp>

namespace ebb::models {

struct TextAutoencoderOptions {
  LanguageModelOptions decoder = {.latent = 32};
  // Part of the tokens that the decoder does not hear in training, so that it needs the code. 1 is
  // its option inputless, then it never hears one.
  double word_dropout = 0;
};

//     x ── embedding ── GRU, both ways ── q(z|x) ── z ── language model ── p(x|z)
// A batch holds tokens, mask and lengths as nn::TextDataset makes them. All in nats.
class TextAutoencoder final : public nn::Module {
 public:
  // Throws Error for a decoder without a code, and a word dropout outside [0, 1).
  explicit TextAutoencoder(const TextAutoencoderOptions& options = {},
                           const Objective& objective = {});

  nn::Gaussian encode(const nn::Batch& texts) const;  // q(z|x)
  // Throws Error for free bits with several samples.
  VariationalLoss loss(const nn::Batch& texts, nn::Pass& pass) const;
  // log p(x, z) - log q(z|x) of K draws, [K, n]. Throws Error unless there is a draw.
  Variable log_weights(const nn::Batch& texts, std::int64_t draws, nn::Pass& pass) const;
  void visit(nn::Visitor& v) override;

  nn::Embedding tokens;
  nn::GRU reader;
  Encoder encoder;
  LanguageModel decoder;
  Objective objective;

 private:
  struct Draws {
    Variable log_likelihood, log_ratio;  // log p(x|z) and log q(z|x) - log p(z), [K, n] each
  };
  Draws draws(const nn::Batch& texts, const nn::Gaussian& posterior, std::int64_t count,
              nn::Pass& pass) const;
  Variable features(const nn::Batch& texts) const;
  Tensor heard(const Tensor& tokens, nn::Pass& pass) const;

  double word_dropout_;
};

}  // namespace ebb::models
