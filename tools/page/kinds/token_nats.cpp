#include <algorithm>
#include <autograd/gradients.hpp>
#include <models/text/language_model.hpp>
#include <nn/distributions.hpp>
#include <nn/files/printable.hpp>
#include <nn/files/utf8.hpp>
#include <tensor/makers.hpp>
#include <tensor/parts.hpp>
#include <tensor/views.hpp>
#include <tools/page/encoding.hpp>
#include <tools/page/kinds/token_nats.hpp>

namespace ebb::tools {

using Json = nlohmann::ordered_json;

namespace {

constexpr std::int64_t most_tokens = 300;

// [steps][n]
std::vector<std::vector<float>> log_probabilities(const Recipe& recipe, const nn::Batch& texts,
                                                  std::int64_t steps) {
  Random noise{0};
  nn::Pass pass{noise};
  const models::LanguageModel& model = *recipe.writer();
  models::ReadingState state = model.begin(texts.inputs.size(0), recipe.encode(texts, pass));
  std::vector<std::vector<float>> all;
  Tensor before = zeros({texts.inputs.size(0)}, DType::int32);
  for (std::int64_t t = 0; t < steps; ++t) {
    const nn::Categorical next{model.read(before, state)};
    before = contiguous(squeeze(slice(texts.inputs, 1, t, t + 1), 1));
    all.push_back(next.log_probability(before).value().to_vector<float>());
  }
  return all;
}

// Gathers bytes until they are letters.
class Pieces final {
 public:
  void add(const std::string& piece, double nats) {
    open_ += piece, sum_ += nats;
    if (nn::first_broken_byte(open_) == open_.size()) close();
  }
  void end(double nats) {
    close();
    texts_.push_back("");
    nats_.push_back(rounded(nats, 3));
  }
  Json json(std::int64_t left_out) {
    close();
    return {{"tokens", {{"pieces", texts_}, {"nats", nats_}, {"left_out", left_out}}}};
  }

 private:
  void close() {
    if (open_.empty()) return;
    texts_.push_back(nn::printable(open_));
    nats_.push_back(rounded(sum_, 3));
    open_.clear(), sum_ = 0;
  }

  Json texts_ = Json::array(), nats_ = Json::array();
  std::string open_;
  double sum_ = 0;
};

// The text of a token that stands at place t.
std::string piece_of(const nn::Vocabulary& vocabulary, std::int32_t token, std::size_t t) {
  const bool unknown = token == nn::Vocabulary::unknown && !vocabulary.knows_all();
  const std::string text =
      unknown ? "\uFFFD" : vocabulary.tokens()[static_cast<std::size_t>(token)];
  return vocabulary.pieces() == nn::Pieces::words && t > 0 ? " " + text : text;
}

}  // namespace

Json token_nats(const Recipe& recipe, const nn::Batch& texts, const nn::Vocabulary& vocabulary) {
  if (!recipe.writer()) return nullptr;
  const NoGrad constants;
  const std::int64_t steps = std::min(texts.inputs.size(1), most_tokens);
  const auto log_p = log_probabilities(recipe, texts, steps);
  const std::vector<std::int32_t> tokens = texts.inputs.to_vector<std::int32_t>(),
                                  lengths = texts.lengths.to_vector<std::int32_t>();
  Json all = Json::array();
  for (std::size_t i = 0, n = lengths.size(); i < n; ++i) {
    const std::size_t first = i * (tokens.size() / n);
    const auto length = static_cast<std::size_t>(lengths[i]), read = std::min(length, log_p.size());
    Pieces pieces;
    for (std::size_t t = 0; t < read; ++t) {
      const std::int32_t token = tokens[first + t];
      if (token == nn::Vocabulary::end)
        pieces.end(-log_p[t][i]);
      else
        pieces.add(piece_of(vocabulary, token, t), -log_p[t][i]);
    }
    all.push_back(pieces.json(static_cast<std::int64_t>(length - read)));
  }
  return all;
}

}  // namespace ebb::tools
