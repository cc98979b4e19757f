#include <algorithm>
#include <cmath>
#include <functional>
#include <nn/data/loader.hpp>
#include <nn/data/text/vocabulary.hpp>
#include <tensor/error.hpp>
#include <tools/evaluation/baselines/ngrams.hpp>

namespace ebb::tools {

namespace {

using Tokens = std::span<const std::int32_t>;

// FNV-1a over 32-bit words, with the length in front: two of some million histories hardly meet.
std::uint64_t hash_of(Tokens tokens, std::uint64_t before = 0xCBF29CE484222325) {
  std::uint64_t hash = before ^ tokens.size();
  for (const std::int32_t token : tokens) {
    hash = (hash ^ static_cast<std::uint32_t>(token)) * 0x9E3779B97F4A7C15;
    hash ^= hash >> 29;
  }
  return hash;
}

// Calls see with each token of a text and with what stands before it; before the text stand ends.
template <class See>
void each_token(Tokens text, std::int64_t order, See see) {
  std::vector<std::int32_t> padded(static_cast<std::size_t>(order - 1), 0);
  padded.insert(padded.end(), text.begin(), text.end());
  padded.push_back(0);
  const auto history = static_cast<std::size_t>(order - 1);
  for (std::size_t i = history; i < padded.size(); ++i)
    see(Tokens(padded).subspan(i - history, history), padded[i]);
}

// The texts of a dataset, without their ends.
void each_text(const nn::SharedDataset& texts, const std::function<void(Tokens)>& take) {
  for (const nn::Batch& batch :
       nn::Loader(texts, {.batch_size = 1000, .shuffle = false}).epoch(0)) {
    const auto tokens = batch.inputs.to_vector<std::int32_t>();
    const auto lengths = batch.lengths.to_vector<std::int32_t>();
    const auto width = static_cast<std::size_t>(batch.inputs.size(1));
    for (std::size_t row = 0; row < lengths.size(); ++row)
      take(Tokens(tokens).subspan(row * width, static_cast<std::size_t>(lengths[row] - 1)));
  }
}

}  // namespace

Ngrams::Ngrams(std::int64_t order, std::int64_t vocabulary)
    : order_(order), vocabulary_(vocabulary) {
  if (order < 1 || vocabulary < 1)
    throw Error(text("ngrams: order ", order, " of ", vocabulary, " tokens; try 5"));
}

void Ngrams::learn(Tokens text) {
  each_token(text, order_, [&](Tokens history, std::int32_t token) {
    for (;; history = history.subspan(1)) {
      const std::uint64_t before = hash_of(history);
      std::int64_t& times = times_[hash_of({&token, 1}, before)];
      Followed& followed = histories_[before];
      followed.kinds += times == 0;
      ++followed.times;
      ++times;
      if (history.empty()) break;
    }
  });
}

double Ngrams::probability(Tokens history, std::int32_t token) const {
  const double shorter = history.empty() ? 1 / static_cast<double>(vocabulary_)
                                         : probability(history.subspan(1), token);
  const std::uint64_t before = hash_of(history);
  const auto found = histories_.find(before);
  if (found == histories_.end()) return shorter;
  const auto times = times_.find(hash_of({&token, 1}, before));
  const double seen = times == times_.end() ? 0 : static_cast<double>(times->second);
  const auto [all, kinds] = found->second;
  return (seen + static_cast<double>(kinds) * shorter) / static_cast<double>(all + kinds);
}

double Ngrams::log_probability(Tokens text, std::int64_t order) const {
  double sum = 0;
  each_token(text, order, [&](Tokens history, std::int32_t token) {
    sum += std::log(probability(history, token));
  });
  return sum;
}

std::vector<double> ngram_nats_per_token(const nn::SharedDataset& train,
                                         const nn::SharedDataset& test, std::int64_t most) {
  const nn::Examples examples = train->examples();
  const auto* const kind = std::get_if<nn::TextExample>(&examples.kind);
  if (!kind) throw Error(text("ngrams: examples of shape ", examples.shape(), " are no text"));
  Ngrams ngrams(most, kind->vocabulary->size());  // which knows all shorter histories, too
  each_text(train, [&](Tokens text) { ngrams.learn(text); });
  std::vector<double> nats(static_cast<std::size_t>(most));
  double tokens = 0;
  each_text(test, [&](Tokens text) {
    for (std::int64_t order = 1; order <= most; ++order)
      nats[static_cast<std::size_t>(order - 1)] -= ngrams.log_probability(text, order);
    tokens += static_cast<double>(text.size() + 1);
  });
  for (double& each : nats) each /= tokens;
  return nats;
}

}  // namespace ebb::tools
