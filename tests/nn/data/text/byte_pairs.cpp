#include <doctest/doctest.h>

#include <nn/data/text/byte_pairs.hpp>

using namespace ebb;
using Strings = std::vector<std::string>;

namespace {

Strings words_of(std::string_view text) {
  Strings words;
  nn::each_word(text, [&](std::string_view word) { words.emplace_back(word); });
  return words;
}

}  // namespace

// As joining pairs takes the square of a word's length.
TEST_CASE("each_word: longer words than a thousand bytes are cut") {
  const std::string long_word(1000, 'a');
  CHECK(words_of(long_word + long_word + "aa b") == Strings{long_word, long_word, "aa", " b"});
}

TEST_CASE("each_word: a space belongs to the word behind it") {
  CHECK(words_of("the cat's 12 dogs, they") ==
        Strings{"the", " cat's", " 12", " dogs", ",", " they"});
  CHECK(words_of("a  b ") == Strings{"a", " ", " b", " "});
  CHECK(words_of("x1y") == Strings{"x", "1", "y"});
  CHECK(words_of("") == Strings{});
}

TEST_CASE("learn_pairs: the most frequent pair, of equals that with smaller tokens; none twice") {
  const std::int32_t a = nn::first_byte + 'a', b = nn::first_byte + 'b', c = nn::first_byte + 'c';
  // ab stands 3 times, bc 2, then abc 2.
  CHECK(nn::learn_pairs({{"abc", 2}, {"ab", 1}}, 10) ==
        std::vector<nn::Pair>{{a, b}, {nn::first_pair, c}});
  CHECK(nn::learn_pairs({{"cb", 2}, {"ab", 2}}, 1) == std::vector<nn::Pair>{{a, b}});
  CHECK(nn::learn_pairs({{"abc", 1}}, 10).empty());
  CHECK(nn::learn_pairs({}, 10).empty());
}

TEST_CASE("learn_pairs: a row of the same letter is joined from the left") {
  const std::int32_t a = nn::first_byte + 'a';
  const std::vector<nn::Pair> pairs = nn::learn_pairs({{"aaaaa", 3}}, 2);
  CHECK(pairs == std::vector<nn::Pair>{{a, a}, {nn::first_pair, a}});
  std::vector<std::int32_t> tokens;
  nn::PairJoiner(pairs).append("aaaaa", tokens);
  CHECK(tokens == std::vector<std::int32_t>{nn::first_pair, nn::first_pair + 1});
}
