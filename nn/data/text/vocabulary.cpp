#include <algorithm>
#include <map>
#include <nn/data/dataset.hpp>
#include <nn/data/text/byte_pairs.hpp>
#include <nn/data/text/vocabulary.hpp>
#include <nn/files/utf8.hpp>
#include <set>
#include <tensor/error.hpp>
#include <unordered_map>

namespace ebb::nn {
namespace {

const std::string not_known = "\xEF\xBF\xBD";  // U+FFFD, as a text that was not understood shows

std::int32_t byte_token(char c) { return first_byte + static_cast<unsigned char>(c); }

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '\'' || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Words in small letters, marks one by one.
template <class Take>
void each_small_word(std::string_view line, Take take) {
  std::string small(line);
  for (char& c : small)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  for (std::size_t begin = 0; begin < small.size();) {
    std::size_t end = begin;
    while (end < small.size() && is_letter(small[end])) ++end;
    if (end == begin) ++end;
    const std::string_view word = std::string_view(small).substr(begin, end - begin);
    if (word.find_first_not_of(" \t\r\v\f") != std::string_view::npos) take(word);
    begin = end;
  }
}

template <class Take>
void each_character(std::string_view line, Take take) {
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t length = std::max<std::size_t>(first_letter(line.substr(at)).bytes, 1);
    take(line.substr(at, length));
    at += length;
  }
}

bool is_mark(const std::string& word) {
  return word.size() == 1 && std::string_view(".,;:!?)]}%").find(word[0]) != std::string::npos;
}

// Those that came up at least so often, most frequent first.
std::vector<std::string> frequent(const std::unordered_map<std::string, std::int64_t>& times,
                                  std::int64_t least) {
  std::vector<std::pair<std::int64_t, std::string>> sorted;
  for (const auto& [piece, seen] : times)
    if (seen >= least) sorted.emplace_back(-seen, piece);
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::string> tokens = {"", not_known};
  for (auto& [seen, piece] : sorted) tokens.push_back(std::move(piece));
  return tokens;
}

std::vector<std::string> byte_texts() {
  std::vector<std::string> tokens = {""};
  for (int byte = 0; byte < 256; ++byte) tokens.emplace_back(1, static_cast<char>(byte));
  return tokens;
}

}  // namespace

struct Vocabulary::Contents {
  Contents(Pieces kind, std::vector<std::string> texts, std::vector<Pair> pairs)
      : pieces(kind), tokens(std::move(texts)), merges(std::move(pairs)), joiner(merges) {
    if (pieces == Pieces::characters || pieces == Pieces::words)
      for (std::size_t i = 2; i < tokens.size(); ++i)
        numbers.emplace(tokens[i], static_cast<std::int32_t>(i));
  }

  std::int32_t number_of(std::string_view piece) const {
    const auto found = numbers.find(std::string(piece));
    return found == numbers.end() ? unknown : found->second;
  }

  Pieces pieces;
  std::vector<std::string> tokens;
  std::vector<Pair> merges;
  PairJoiner joiner;
  std::unordered_map<std::string, std::int32_t> numbers;
};

Vocabulary Vocabulary::bytes() {
  return Vocabulary(
      std::make_shared<const Contents>(Pieces::bytes, byte_texts(), std::vector<Pair>{}));
}

Vocabulary Vocabulary::characters(const Lines& lines, std::span<const std::int64_t> numbers) {
  std::unordered_map<std::string, std::int64_t> times;
  for (const std::int64_t number : numbers)
    each_character(lines.line(number), [&](std::string_view c) { ++times[std::string(c)]; });
  return Vocabulary(std::make_shared<const Contents>(Pieces::characters, frequent(times, 1),
                                                     std::vector<Pair>{}));
}

Vocabulary Vocabulary::words(const Lines& lines, std::span<const std::int64_t> numbers,
                             std::int64_t least_count) {
  std::unordered_map<std::string, std::int64_t> times;
  for (const std::int64_t number : numbers)
    each_small_word(lines.line(number), [&](std::string_view w) { ++times[std::string(w)]; });
  return Vocabulary(std::make_shared<const Contents>(Pieces::words, frequent(times, least_count),
                                                     std::vector<Pair>{}));
}

Vocabulary Vocabulary::byte_pairs(const Lines& lines, std::span<const std::int64_t> numbers,
                                  std::int64_t size) {
  if (size < first_pair)
    throw Error(text("byte_pairs: a vocabulary of ", size, " tokens; bytes and the end are ",
                     first_pair, " already, try 1000"));
  std::unordered_map<std::string, std::int64_t> times;
  for (const std::int64_t number : numbers)
    each_word(lines.line(number), [&](std::string_view w) { ++times[std::string(w)]; });
  std::vector<Pair> merges = learn_pairs(times, size - first_pair);
  std::vector<std::string> tokens = byte_texts();
  for (const auto& [left, right] : merges)
    tokens.push_back(tokens[static_cast<std::size_t>(left)] +
                     tokens[static_cast<std::size_t>(right)]);
  return Vocabulary(
      std::make_shared<const Contents>(Pieces::byte_pairs, std::move(tokens), std::move(merges)));
}

Vocabulary Vocabulary::from(Pieces pieces, std::vector<std::string> tokens,
                            std::vector<Pair> merges) {
  const bool of_bytes = pieces == Pieces::bytes || pieces == Pieces::byte_pairs;
  const std::size_t first = of_bytes ? static_cast<std::size_t>(first_pair) : 2;
  bool fits =
      tokens.size() >= first && tokens.size() == (of_bytes ? first + merges.size() : tokens.size());
  if (pieces != Pieces::byte_pairs) fits = fits && merges.empty();
  for (std::size_t i = 0; fits && i < merges.size(); ++i) {
    const auto [left, right] = merges[i];
    const auto known = static_cast<std::int32_t>(first + i);
    fits = left > 0 && right > 0 && left < known && right < known;
  }
  if (!fits)
    throw FormatError(text("vocabulary: ", tokens.size(), " tokens and ", merges.size(),
                           " pairs do not fit each other"));
  const std::set<std::string> different(tokens.begin(), tokens.end());
  if (!of_bytes && different.size() < tokens.size())
    throw FormatError(
        text("vocabulary: ", tokens.size(), " tokens, of which ", different.size(), " differ"));
  return Vocabulary(std::make_shared<const Contents>(pieces, std::move(tokens), std::move(merges)));
}

Pieces Vocabulary::pieces() const { return contents_->pieces; }
std::int64_t Vocabulary::size() const {
  return static_cast<std::int64_t>(contents_->tokens.size());
}
bool Vocabulary::knows_all() const {
  return pieces() == Pieces::bytes || pieces() == Pieces::byte_pairs;
}
const std::vector<std::string>& Vocabulary::tokens() const { return contents_->tokens; }
const std::vector<Pair>& Vocabulary::merges() const { return contents_->merges; }

std::vector<std::int32_t> Vocabulary::encode(std::string_view line) const {
  std::vector<std::int32_t> tokens;
  const auto look_up = [&](std::string_view piece) {
    tokens.push_back(contents_->number_of(piece));
  };
  switch (pieces()) {
    case Pieces::bytes:
      for (const char c : line) tokens.push_back(byte_token(c));
      break;
    case Pieces::characters:
      each_character(line, look_up);
      break;
    case Pieces::words:
      each_small_word(line, look_up);
      break;
    case Pieces::byte_pairs:
      each_word(line, [&](std::string_view word) { contents_->joiner.append(word, tokens); });
  }
  return tokens;
}

std::string Vocabulary::decode(std::span<const std::int32_t> tokens) const {
  std::string line;
  for (const std::int32_t token : tokens) {
    if (token < 0 || token >= size())
      throw Error(text("decode: token ", token, " is outside [0, ", size(), ")"));
    if (token == end) break;
    const std::string& piece = contents_->tokens[static_cast<std::size_t>(token)];
    if (pieces() == Pieces::words && !line.empty() && !is_mark(piece)) line += ' ';
    line += piece;
  }
  return line;
}

bool operator==(const Vocabulary& a, const Vocabulary& b) {
  return a.contents_ == b.contents_ ||
         (a.pieces() == b.pieces() && a.tokens() == b.tokens() && a.merges() == b.merges());
}

// Declared beside the other kinds of examples, which know no vocabulary.
bool operator==(const TextExample& a, const TextExample& b) {
  return a.longest == b.longest && (a.vocabulary == b.vocabulary || *a.vocabulary == *b.vocabulary);
}

}  // namespace ebb::nn
