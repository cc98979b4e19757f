#include <doctest/doctest.h>

#include <nn/data/text/vocabulary.hpp>
#include <numeric>
#include <tests/support.hpp>

using namespace ebb;
using nn::Lines;
using nn::Vocabulary;
using Tokens = std::vector<std::int32_t>;
using Strings = std::vector<std::string>;

namespace {

std::vector<std::int64_t> all(const Lines& lines) {
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(lines.count()));
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

}  // namespace

TEST_CASE("vocabulary: bytes know every text") {
  const Vocabulary bytes = Vocabulary::bytes();
  CHECK(bytes.size() == 257);
  CHECK(bytes.encode("a\xC3\xA9") == Tokens{98, 196, 170});
  CHECK(bytes.decode(bytes.encode("a\xC3\xA9")) == "a\xC3\xA9");
  CHECK(bytes.decode(Tokens{98, 0, 99}) == "a");  // the end is the end
  CHECK(bytes.knows_all());
}

TEST_CASE("vocabulary: characters by how often they came up, others are unknown") {
  const Lines lines(
      Strings{"b\xC3\xA9"
              "bb",
              "a\xC3\xA9"});
  const Vocabulary characters = Vocabulary::characters(lines, all(lines));
  CHECK(characters.tokens() == Strings{"", "\xEF\xBF\xBD", "b", "\xC3\xA9", "a"});
  CHECK(characters.encode("a\xC3\xA9z") == Tokens{4, 3, 1});
  CHECK(characters.decode(Tokens{4, 3, 1}) == "a\xC3\xA9\xEF\xBF\xBD");
  CHECK_FALSE(characters.knows_all());
  const std::vector<std::int64_t> second = {1};  // of the lines to learn from
  CHECK(Vocabulary::characters(lines, second).size() == 4);
}

TEST_CASE("vocabulary: words in small letters, marks one by one") {
  const Lines lines(Strings{"Don't go, don't!", "Go ,now"});
  const Vocabulary words = Vocabulary::words(lines, all(lines), 2);
  CHECK(words.tokens() == Strings{"", "\xEF\xBF\xBD", ",", "don't", "go"});
  CHECK(words.encode("GO, don't run") == Tokens{4, 2, 3, 1});
  CHECK(words.decode(Tokens{4, 2, 3, 1}) == "go, don't \xEF\xBF\xBD");
  CHECK(words.encode("") == Tokens{});
  CHECK(Vocabulary::words(lines, all(lines), 1).size() == 7);
}

// Sennrich et al.'s example, with the counts of its words: the first joins are e s, es t, l o.
TEST_CASE("vocabulary: byte pairs join what stands side by side most often") {
  Strings text;
  for (const auto& [word, times] : std::vector<std::pair<std::string, int>>{
           {"low", 5}, {"lowest", 2}, {"newer", 6}, {"wider", 3}})
    for (int i = 0; i < times; ++i) text.push_back(word);
  const Lines lines(text);
  const Vocabulary pairs = Vocabulary::byte_pairs(lines, all(lines), 257 + 3);
  CHECK(pairs.size() == 260);
  CHECK(pairs.tokens()[257] == "er");                // 9 times
  CHECK(pairs.tokens()[258] == "lo");                // 7, as ow; l is smaller than o
  CHECK(pairs.tokens()[259] == "low");               // 7
  CHECK(pairs.encode("lower") == Tokens{259, 257});  // low, er
}

TEST_CASE("vocabulary: byte pairs lose nothing, whatever the text") {
  Strings text = {
      "the cat and the dog", "the  two   spaces ", " in front", "1234 and 12", "", "\t"};
  const Lines lines(text);
  const Vocabulary pairs = Vocabulary::byte_pairs(lines, all(lines), 400);
  for (const std::string& line : text) CHECK(pairs.decode(pairs.encode(line)) == line);
  for (const std::string& other : Strings{"unseen \xF0\x9F\x99\x82 word", "THE", "  ", "a\xC3"})
    CHECK(pairs.decode(pairs.encode(other)) == other);
  CHECK(pairs.encode("the cat").size() < 7);
  CHECK(pairs.size() < 400);  // no pair comes up twice any more
  CHECK(message_of<Error>([&] { return Vocabulary::byte_pairs(lines, all(lines), 256); }) ==
        "byte_pairs: a vocabulary of 256 tokens; bytes and the end are 257 already, try 1000");
}

TEST_CASE("vocabulary: what was saved is the same again, and what does not fit is refused") {
  const Lines lines(Strings{"the cat and the dog and the cat"});
  for (const Vocabulary& one :
       {Vocabulary::bytes(), Vocabulary::characters(lines, all(lines)),
        Vocabulary::words(lines, all(lines), 1), Vocabulary::byte_pairs(lines, all(lines), 300)}) {
    const Vocabulary again = Vocabulary::from(one.pieces(), one.tokens(), one.merges());
    CHECK(again == one);
    CHECK(again.encode("the dog and") == one.encode("the dog and"));
  }
  const std::string refusal = message_of<FormatError>([] {
    return Vocabulary::from(nn::Pieces::byte_pairs, {"", "a"}, {{1, 2}});
  });
  CHECK(refusal == "vocabulary: 2 tokens and 1 pairs do not fit each other");
  CHECK_THROWS_AS(Vocabulary::from(nn::Pieces::words, {""}, {}), FormatError);
  CHECK(message_of<FormatError>([] {
          return Vocabulary::from(nn::Pieces::words, {"", "?", "a", "b", "a"}, {});
        }) == "vocabulary: 5 tokens, of which 4 differ");
  Strings tokens = Vocabulary::bytes().tokens();
  tokens.push_back("ab");
  CHECK_THROWS_AS(Vocabulary::from(nn::Pieces::byte_pairs, tokens, {{1, 257}}), FormatError);
  CHECK(message_of<Error>([] { return Vocabulary::bytes().decode(Tokens{257}); }) ==
        "decode: token 257 is outside [0, 257)");
}
