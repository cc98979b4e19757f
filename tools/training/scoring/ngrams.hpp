// What is known of a text without a model that learns by gradients: how often tokens followed each
// other.
#pragma once

#include <nn/data/dataset.hpp>

namespace ebb::tools {

// p(w|h) = (c(h w) + t(h) p(w|h')) / (c(h) + t(h)) of a token w behind a history h: c counts, t is
// how many different tokens followed h, h' is h without its first token; behind no history all
// tokens are alike at first. (Witten and Bell, "The zero-frequency problem", IEEE Transactions on
// Information Theory 1991, interpolated as in Chen and Goodman, 1999.)
class Ngrams final {
 public:
  // Histories of order - 1 tokens. Throws Error for an order below 1.
  Ngrams(std::int64_t order, std::int64_t vocabulary);

  // Counts a text, its end included.
  void learn(std::span<const std::int32_t> text);
  // log p of a text and its end, in nats, by each order from 1 to this one's.
  std::vector<double> log_probabilities(std::span<const std::int32_t> text) const;
  // p(token|history), of order - 1 tokens or fewer.
  double probability(std::span<const std::int32_t> history, std::int32_t token) const;

 private:
  // p(token|history) from that of the history without its first token.
  double longer(std::span<const std::int32_t> history, std::int32_t token, double shorter) const;

  // How often something came up, and how many kinds of tokens followed it.
  struct Counts {
    std::uint64_t hash = 0;  // 0: nothing is counted here
    std::uint32_t times = 0, kinds = 0;
  };
  std::size_t place_of(std::uint64_t hash) const;  // of its counts, or where they would be
  Counts& counts_of(std::uint64_t hash);

  std::int64_t order_, vocabulary_;
  // Of histories, and of histories with the token behind them, by what their tokens hash to: one
  // array, at most half full, in which a search ends at the first place that is empty. It takes a
  // third of the time and memory of a map.
  std::vector<Counts> counts_;
  std::size_t used_ = 0;
};

// How many of the first texts, by their lengths, have at most so many tokens together; at least
// one.
std::int64_t texts_within(std::span<const std::int32_t> lengths, std::int64_t tokens);

// Nats per token of the second texts, their ends counted, by n-grams of the first, of orders 1 to
// `most`. Throws Error where they are no texts.
std::vector<double> ngram_nats_per_token(const nn::SharedDataset& train,
                                         const nn::SharedDataset& test, std::int64_t most = 5);

}  // namespace ebb::tools
