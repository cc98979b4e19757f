// Byte pairs: which pieces of words become one, and how a word is cut into them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace ebb::nn {

using Pair = std::pair<std::int32_t, std::int32_t>;
constexpr std::int32_t first_byte = 1;                 // the token of the byte 0: 0 is the end
constexpr std::int32_t first_pair = first_byte + 256;  // that of the first pair

// Pairs of tokens, the k-th of which becomes the token first_pair + k: again and again the pair
// that stands side by side most often in these words, with their numbers of times; at most `most`.
// Of pairs that are as frequent the one with smaller tokens is taken.
std::vector<Pair> learn_pairs(const std::unordered_map<std::string, std::int64_t>& words,
                              std::int64_t most);

// Cuts words into tokens: their bytes, in which the earliest pair is joined first.
class PairJoiner final {
 public:
  explicit PairJoiner(std::span<const Pair> pairs);
  void append(std::string_view word, std::vector<std::int32_t>& tokens) const;

 private:
  std::unordered_map<std::uint64_t, std::int32_t> ranks_;
};

// Longer words are cut: joining pairs takes the square of a word's length.
constexpr std::size_t longest_word = 1000;  // bytes

// Calls take with each word of a text, all of which side by side are the text: letters with a space
// in front of them, digits, marks.
template <class Take>
void each_word(std::string_view text, Take take) {
  const auto kind = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == ' ') return 0;
    if (byte >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '\'') return 1;
    return c >= '0' && c <= '9' ? 2 : 3;
  };
  std::size_t begin = 0;
  while (begin < text.size()) {
    std::size_t end = begin + 1;
    // A single space goes with what follows.
    if (kind(text[begin]) == 0 && end < text.size() && kind(text[end]) != 0) ++end;
    const int what = kind(text[end - 1]);
    while (end < text.size() && kind(text[end]) == what) ++end;
    if (what == 0 && end < text.size() && end - begin > 1) --end;
    end = end - begin > longest_word ? begin + longest_word : end;
    take(text.substr(begin, end - begin));
    begin = end;
  }
}

}  // namespace ebb::nn
