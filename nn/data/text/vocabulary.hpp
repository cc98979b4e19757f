// What a text is made of: bytes, characters, words or pieces of words, as numbers.
#pragma once

#include <cstdint>
#include <memory>
#include <nn/data/text/lines.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ebb::nn {

// What a line is cut into.
enum class Pieces {
  bytes,       // of UTF-8: 256 of them
  characters,  // those that came up
  words,       // in small letters, and marks one by one: "Don't go!" is don't, go, !
  byte_pairs   // pieces of words, from bytes: what stands side by side most often becomes one piece
};

// Tokens 0 … size - 1. The first is the end of every example and what stands before it; it has no
// text. Of characters and words the second stands for all that did not come up. Bytes and byte
// pairs know every text, so that decode(encode(x)) is x; so do characters that came up. Words lose
// capitals and how they were spaced.
//     const auto vocabulary = Vocabulary::words(lines, train, 3);
//     const std::vector<std::int32_t> tokens = vocabulary.encode("In the beginning");
class Vocabulary final {
 public:
  // From the lines with these numbers.
  static Vocabulary bytes();
  static Vocabulary characters(const Lines& lines, std::span<const std::int64_t> numbers);
  // Words that came up at least so often.
  static Vocabulary words(const Lines& lines, std::span<const std::int64_t> numbers,
                          std::int64_t least_count);
  // At most `size` tokens: fewer where no pair comes up twice. (Sennrich, Haddow and Birch, "Neural
  // Machine Translation of Rare Words with Subword Units", ACL 2016.) Pairs do not reach across
  // words; a space belongs to the word behind it. Throws Error for a size below 257.
  static Vocabulary byte_pairs(const Lines& lines, std::span<const std::int64_t> numbers,
                               std::int64_t size);
  // As saved: the kind and what each token stands for; a byte pair's text is that of its two
  // halves, whose numbers `merges` lists. Throws FormatError where they do not fit.
  static Vocabulary from(Pieces pieces, std::vector<std::string> tokens,
                         std::vector<std::pair<std::int32_t, std::int32_t>> merges);

  static constexpr std::int32_t end = 0, unknown = 1;  // unknown: of characters and words

  Pieces pieces() const;
  std::int64_t size() const;
  bool knows_all() const;  // no text has unknown tokens
  // The tokens of a line, without its end.
  std::vector<std::int32_t> encode(std::string_view line) const;
  // The text of tokens up to the first end, if there is one: unknown ones are "\uFFFD", words stand
  // with spaces between them. Throws Error for a number that is no token.
  std::string decode(std::span<const std::int32_t> tokens) const;
  const std::vector<std::string>& tokens() const;  // what each stands for
  const std::vector<std::pair<std::int32_t, std::int32_t>>& merges() const;

  friend bool operator==(const Vocabulary& a, const Vocabulary& b);

 private:
  struct Contents;
  explicit Vocabulary(std::shared_ptr<const Contents> contents) : contents_(std::move(contents)) {}
  std::shared_ptr<const Contents> contents_;  // a copy is cheap
};

}  // namespace ebb::nn
