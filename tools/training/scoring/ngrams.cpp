#include <algorithm>
#include <cmath>
#include <functional>
#include <nn/data/loader.hpp>
#include <nn/data/text/vocabulary.hpp>
#include <tensor/error.hpp>
#include <tools/training/scoring/ngrams.hpp>
#include <utility>

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
  return hash == 0 ? 1 : hash;
}

// Of a token behind a history: not the same as of a history that ends in it.
std::uint64_t hash_behind(std::uint64_t history, std::int32_t token) {
  return hash_of({&token, 1}, ~history);
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
    : order_(order), vocabulary_(vocabulary), counts_(1024) {
  if (order < 1 || vocabulary < 1)
    throw Error(text("ngrams: order ", order, " of ", vocabulary, " tokens; try 5"));
}

std::size_t Ngrams::place_of(std::uint64_t hash) const {
  const std::size_t mask = counts_.size() - 1;
  std::size_t place = hash & mask;
  while (counts_[place].hash != 0 && counts_[place].hash != hash) place = (place + 1) & mask;
  return place;
}

Ngrams::Counts& Ngrams::counts_of(std::uint64_t hash) {
  Counts& found = counts_[place_of(hash)];
  if (found.hash == hash) return found;
  if (2 * ++used_ > counts_.size()) {
    const std::vector<Counts> before =
        std::exchange(counts_, std::vector<Counts>(2 * counts_.size()));
    for (const Counts& each : before)
      if (each.hash != 0) counts_[place_of(each.hash)] = each;
  }
  Counts& made = counts_[place_of(hash)];
  made.hash = hash;
  return made;
}

void Ngrams::learn(Tokens text) {
  each_token(text, order_, [&](Tokens history, std::int32_t token) {
    for (;; history = history.subspan(1)) {
      const std::uint64_t before = hash_of(history);
      const bool is_new = counts_of(hash_behind(before, token)).times++ == 0;
      Counts& followed = counts_of(before);
      followed.kinds += is_new;
      ++followed.times;
      if (history.empty()) break;
    }
  });
}

double Ngrams::probability(Tokens history, std::int32_t token) const {
  return longer(history, token,
                history.empty() ? 1 / static_cast<double>(vocabulary_)
                                : probability(history.subspan(1), token));
}

double Ngrams::longer(Tokens history, std::int32_t token, double shorter) const {
  const std::uint64_t before = hash_of(history);
  const Counts& followed = counts_[place_of(before)];
  if (followed.times == 0) return shorter;
  const double seen = counts_[place_of(hash_behind(before, token))].times;
  const double all = followed.times, kinds = followed.kinds;
  return (seen + kinds * shorter) / (all + kinds);
}

std::vector<double> Ngrams::log_probabilities(Tokens text) const {
  std::vector<double> sums(static_cast<std::size_t>(order_));
  each_token(text, order_, [&](Tokens history, std::int32_t token) {
    double p = 1 / static_cast<double>(vocabulary_);
    for (std::size_t known = 0; known < sums.size(); ++known) {
      p = longer(history.last(known), token, p);
      sums[known] += std::log(p);
    }
  });
  return sums;
}

std::int64_t texts_within(std::span<const std::int32_t> lengths, std::int64_t tokens) {
  std::int64_t texts = 0, all = 0;
  for (const std::int32_t length : lengths) {
    all += length;
    if (all > tokens && texts > 0) break;
    ++texts;
  }
  return texts;
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
    const std::vector<double> log_p = ngrams.log_probabilities(text);
    for (std::size_t i = 0; i < nats.size(); ++i) nats[i] -= log_p[i];
    tokens += static_cast<double>(text.size() + 1);
  });
  for (double& each : nats) each /= tokens;
  return nats;
}

}  // namespace ebb::tools
