// How probable is a text? One token after the other, each from those before it.
#pragma once

#include <models/causal_transformer.hpp>
#include <nn/layers/dropout.hpp>
#include <nn/layers/embedding.hpp>
#include <nn/layers/linear.hpp>
#include <nn/layers/recurrent.hpp>
#include <variant>

namespace ebb::models {

struct LanguageModelOptions {
  std::int64_t vocabulary = 257;  // tokens are 0 … vocabulary - 1; 0 is the end of a text
  std::string network = "gru";    // or "lstm", "transformer"
  std::int64_t width = 256;       // numbers of a token and of a state
  std::int64_t layers = 1;
  std::int64_t heads = 4;  // of a transformer
  std::int64_t longest =
      1000;            // tokens of a text without its end: that a transformer reads, or any writes
  double dropout = 0;  // of tokens' numbers and of what the network makes, in training
  std::int64_t latent = 0;  // numbers of a code that it is told of each text; 0: none
  bool inputless = false;   // it reads no tokens, only the code
};

// What is left of a text that is read token by token.
struct ReadingState {
  Variable code;                            // [n, latent]; no value: none
  Variable state, cell;                     // of a recurrent network
  std::vector<nn::AttentionMemory> memory;  // of each layer of a transformer
};

//     end, x_1, …, x_T ── embedding ── network ── logits of x_1, …, x_T, end
// A code z joins the numbers of each token, and is where a recurrent network begins: tanh of a
// Linear of it. (Recurrent: Mikolov et al., Interspeech 2010, with the dropout of Zaremba et al.,
// 2014. The code: Bowman et al., "Generating sentences from a continuous space", CoNLL 2016.)
class LanguageModel final : public nn::Module {
 public:
  // Throws Error for numbers below 1, another network, and heads that do not divide the width.
  explicit LanguageModel(const LanguageModelOptions& options = {});

  // log p(x_1, …, end) in nats, [n], of tokens int32 [n, steps], of which those count where the
  // mask is 1. `heard` is read in place of them, where some are to be missed: the token
  // `vocabulary`, which no text holds, stands for one that is not heard. Throws ShapeError where
  // they do not fit each other.
  Variable log_probability(const Tensor& tokens, const Tensor& mask, nn::Pass& pass,
                           const Variable& code = {}, const Tensor& heard = {}) const;
  // Where reading begins, for n texts or for n codes.
  ReadingState begin(std::int64_t n, const Variable& code = {}) const;
  // Reads a token of each text, int32 [n], and says what may follow: logits [n, vocabulary]. The
  // first token is the end.
  Variable read(const Tensor& tokens, ReadingState& state) const;

  const LanguageModelOptions& options() const { return options_; }
  void visit(nn::Visitor& v) override;

  nn::Embedding tokens;                         // and, last, of what is not heard
  std::optional<nn::Linear> first_state, told;  // of a code: where to begin; what joins each token
  std::variant<nn::GRU, nn::LSTM, CausalTransformer> network;
  nn::Linear next;

 private:
  Variable features(const Tensor& before, const Variable& code, nn::Pass& pass) const;
  Variable embedded(const Tensor& before, const Variable& code) const;

  LanguageModelOptions options_;
  nn::Dropout dropout_;
};

}  // namespace ebb::models
