#include <algorithm>
#include <limits>
#include <nn/data/text/byte_pairs.hpp>

namespace ebb::nn {
namespace {

std::uint64_t key(std::int32_t left, std::int32_t right) {
  return static_cast<std::uint64_t>(left) << 32 | static_cast<std::uint32_t>(right);
}
Pair pair_of(std::uint64_t key) {
  return {static_cast<std::int32_t>(key >> 32), static_cast<std::int32_t>(key & 0xFFFFFFFF)};
}

std::vector<std::int32_t> bytes_of(std::string_view word) {
  std::vector<std::int32_t> tokens;
  for (const char c : word) tokens.push_back(first_byte + static_cast<unsigned char>(c));
  return tokens;
}

// Joins each of these pairs in a row of tokens, from the left.
void join(std::vector<std::int32_t>& tokens, const Pair& pair, std::int32_t joined) {
  std::size_t to = 0;
  for (std::size_t from = 0; from < tokens.size(); ++to) {
    const bool both =
        from + 1 < tokens.size() && tokens[from] == pair.first && tokens[from + 1] == pair.second;
    tokens[to] = both ? joined : tokens[from];
    from += both ? 2 : 1;
  }
  tokens.resize(to);
}

// The words, and how often each pair stands in them.
class PairCounts final {
 public:
  explicit PairCounts(const std::unordered_map<std::string, std::int64_t>& words) {
    std::vector<std::pair<std::string, std::int64_t>> sorted(words.begin(), words.end());
    std::sort(sorted.begin(), sorted.end());
    for (const auto& [word, times] : sorted) {
      words_.push_back({bytes_of(word), times});
      note(words_.size() - 1, 1);
    }
  }

  // The most frequent pair; one that came up less than twice is none.
  std::pair<Pair, std::int64_t> best() const {
    std::uint64_t found = 0;
    std::int64_t times = 1;
    for (const auto& [pair, seen] : counts_)
      if (seen > times || (seen == times && times > 1 && pair < found)) found = pair, times = seen;
    return {pair_of(found), times};
  }

  void join_all(const Pair& pair, std::int32_t joined) {
    std::vector<std::size_t> where = std::move(places_[key(pair.first, pair.second)]);
    std::sort(where.begin(), where.end());
    where.erase(std::unique(where.begin(), where.end()), where.end());
    for (const std::size_t word : where) {
      note(word, -1);
      join(words_[word].tokens, pair, joined);
      note(word, 1);
    }
    counts_.erase(key(pair.first, pair.second));
    places_.erase(key(pair.first, pair.second));
  }

 private:
  struct Word {
    std::vector<std::int32_t> tokens;
    std::int64_t times;
  };

  // Adds the pairs of a word, or takes them away.
  void note(std::size_t number, std::int64_t sign) {
    const Word& word = words_[number];
    for (std::size_t i = 0; i + 1 < word.tokens.size(); ++i) {
      const std::uint64_t pair = key(word.tokens[i], word.tokens[i + 1]);
      counts_[pair] += sign * word.times;
      if (sign > 0) places_[pair].push_back(number);
    }
  }

  std::vector<Word> words_;
  std::unordered_map<std::uint64_t, std::int64_t> counts_;
  std::unordered_map<std::uint64_t, std::vector<std::size_t>> places_;  // some no longer hold it
};

}  // namespace

std::vector<Pair> learn_pairs(const std::unordered_map<std::string, std::int64_t>& words,
                              std::int64_t most) {
  std::vector<Pair> pairs;
  PairCounts counts(words);
  while (static_cast<std::int64_t>(pairs.size()) < most) {
    const auto [pair, times] = counts.best();
    if (times < 2) break;
    counts.join_all(pair, first_pair + static_cast<std::int32_t>(pairs.size()));
    pairs.push_back(pair);
  }
  return pairs;
}

PairJoiner::PairJoiner(std::span<const Pair> pairs) {
  for (std::size_t i = 0; i < pairs.size(); ++i)
    ranks_.emplace(key(pairs[i].first, pairs[i].second), static_cast<std::int32_t>(i));
}

void PairJoiner::append(std::string_view word, std::vector<std::int32_t>& tokens) const {
  constexpr std::int32_t none = std::numeric_limits<std::int32_t>::max();
  std::vector<std::int32_t> row = bytes_of(word);
  while (row.size() > 1) {
    std::int32_t first = none;
    Pair pair;
    for (std::size_t i = 0; i + 1 < row.size(); ++i)
      if (const auto found = ranks_.find(key(row[i], row[i + 1]));
          found != ranks_.end() && found->second < first) {
        first = found->second;
        pair = {row[i], row[i + 1]};
      }
    if (first == none) break;
    join(row, pair, first_pair + first);
  }
  tokens.insert(tokens.end(), row.begin(), row.end());
}

}  // namespace ebb::nn
