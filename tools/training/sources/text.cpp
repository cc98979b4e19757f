#include <fmt/format.h>

#include <nn/data/split.hpp>
#include <nn/data/text/sentences.hpp>
#include <nn/data/text/text_dataset.hpp>
#include <nn/files/printable.hpp>
#include <sstream>
#include <tensor/error.hpp>
#include <tools/common/memory.hpp>
#include <tools/training/sources/text.hpp>

namespace ebb::tools {

namespace {

using Json = nlohmann::ordered_json;
using nn::Vocabulary;

Vocabulary learn(const TrainOptions& options, const nn::Lines& lines,
                 const std::vector<std::int64_t>& train) {
  const Choice& choice = options.text.vocabulary;
  const auto number = static_cast<std::int64_t>(choice.number);
  if (options.text.known) return *options.text.known;
  if (choice.name == "bytes") return Vocabulary::bytes();
  if (choice.name == "words") {
    Vocabulary words = Vocabulary::words(lines, train, number);
    if (words.size() > Vocabulary::unknown + 1) return words;
    throw DataError(
        fmt::format("--vocabulary: no word of {} texts to train on comes up {} times; try words:1",
                    nn::grouped(static_cast<std::int64_t>(train.size())), number));
  }
  if (choice.name != "bpe") return Vocabulary::characters(lines, train);
  try {
    return Vocabulary::byte_pairs(lines, train, number);
  } catch (const MemoryError&) {
    throw;
  } catch (const Error& error) {
    throw UsageError(std::string("--vocabulary: ") + error.what());
  }
}

// Those that the same split gives to training.
std::vector<std::int64_t> lines_to_train_on(const TrainOptions& options, const nn::Lines& lines) {
  try {
    const double test = options.test.value_or(0.1);
    const double parts[] = {1 - test, test};
    return nn::detail::split_indices(lines.count(), parts, options.seed)[0];
  } catch (const Error&) {
    return nn::indices_between(0, lines.count());  // too few: whoever cuts the test part says so
  }
}

// That no pair comes up twice any more.
void note_smaller(Source& source, const Choice& wanted, const Vocabulary& vocabulary) {
  if (wanted.name == "bpe" && static_cast<double>(vocabulary.size()) < wanted.number)
    source.notes.push_back(fmt::format(
        "data: {} byte pairs and no more come up again: the vocabulary is smaller than "
        "--vocabulary bpe:{}",
        nn::grouped(static_cast<std::int64_t>(vocabulary.merges().size())), wanted.number));
}

void add_notes(Source& source, const nn::Lines& lines, const nn::TextDataset& texts) {
  double tokens = 0;
  for (const std::int32_t length : texts.lengths()) tokens += length;
  source.notes.push_back(fmt::format(
      "data: {} texts, {} tokens with their ends, of {} kinds{}", nn::grouped(texts.count()),
      nn::grouped(static_cast<std::int64_t>(tokens)), nn::grouped(texts.vocabulary().size()),
      texts.vocabulary().knows_all()
          ? ""
          : fmt::format("; {:.2f} % are unknown", 100 * texts.unknown_share())));
  if (lines.left_out() > 0)
    source.notes.push_back(
        fmt::format("data: left out {} empty lines", nn::grouped(lines.left_out())));
  if (texts.cut() > 0)
    source.notes.push_back(
        fmt::format("data: lines of more than {} tokens became {} texts more; --longest says how "
                    "long they may be",
                    nn::grouped(texts.examples().shape()[0] - 1), nn::grouped(texts.cut())));
  if (source.decoding)
    source.notes.push_back("data: the text is read when it is needed; it does not fit in memory");
}

const char* name_of_pieces(nn::Pieces pieces) {
  switch (pieces) {
    case nn::Pieces::bytes:
      return "bytes";
    case nn::Pieces::characters:
      return "characters";
    case nn::Pieces::words:
      return "words";
    case nn::Pieces::byte_pairs:
      break;
  }
  return "bpe";
}

nn::Pieces pieces_from(const std::string& name) {
  for (const nn::Pieces pieces :
       {nn::Pieces::bytes, nn::Pieces::characters, nn::Pieces::words, nn::Pieces::byte_pairs})
    if (name == name_of_pieces(pieces)) return pieces;
  throw FormatError(
      text("config: a vocabulary of ", nn::in_quotes(name), " is unknown; is it of a newer ebb?"));
}

std::vector<std::string> split_at(const std::string& joined, char mark) {
  std::vector<std::string> pieces;
  for (std::size_t begin = 0; begin <= joined.size();) {
    const std::size_t end = std::min(joined.find(mark, begin), joined.size());
    pieces.push_back(joined.substr(begin, end - begin));
    begin = end + 1;
  }
  return pieces;
}

}  // namespace

Source read_text_source(const TrainOptions& options) {
  const std::uint64_t memory = memory_for_data();
  const nn::Lines lines =
      nn::Lines::open(options.data, {.paragraphs = options.text.paragraphs, .memory = memory});
  const nn::TextDataset texts(lines, learn(options, lines, lines_to_train_on(options, lines)),
                              {.longest = options.text.longest, .memory = memory});
  Source source{texts};
  source.decoding = !lines.in_memory();
  if (texts.cut() > 0) source.lines = texts.lines();
  add_notes(source, lines, texts);
  if (!options.text.known) note_smaller(source, options.text.vocabulary, texts.vocabulary());
  source.files = Json::array();
  source.files.push_back(describe_file(options.data));
  return source;
}

Source draw_text_source(const TrainOptions& options) {
  const nn::Sentences drawn = nn::draw_sentences();
  std::vector<std::string> all = drawn.train;
  all.insert(all.end(), drawn.test.begin(), drawn.test.end());
  const auto train = static_cast<std::int64_t>(drawn.train.size());
  const nn::Lines lines(std::move(all));
  const nn::TextDataset texts(lines, learn(options, lines, nn::indices_between(0, train)),
                              {.longest = options.text.longest});
  Source source{nn::Subset(texts, nn::indices_between(0, train))};
  source.test = nn::Subset(texts, nn::indices_between(train, texts.count()));
  source.notes.push_back(
      fmt::format("data: sentences of a grammar whose entropy is {:.3f} nats: what no model can be "
                  "better than",
                  nn::sentence_entropy()));
  return source;
}

Json to_json(const nn::TextExample& texts) {
  const Vocabulary& vocabulary = *texts.vocabulary;
  Json json = {{"longest", texts.longest}, {"pieces", name_of_pieces(vocabulary.pieces())}};
  // One string, so that config.json stays a page. No token holds the end of a line.
  std::string joined;
  if (!vocabulary.knows_all())
    for (std::size_t i = 2; i < vocabulary.tokens().size(); ++i)
      joined += (i > 2 ? "\n" : "") + vocabulary.tokens()[i];
  for (const auto& [left, right] : vocabulary.merges())
    joined += fmt::format("{}{} {}", joined.empty() ? "" : "\n", left, right);
  json["tokens"] = joined;
  return json;
}

nn::TextExample text_from(const Json& json) {
  const nn::Pieces pieces = pieces_from(json.at("pieces"));
  const std::string joined = json.at("tokens");
  std::vector<std::string> tokens = Vocabulary::bytes().tokens();
  std::vector<std::pair<std::int32_t, std::int32_t>> merges;
  if (pieces == nn::Pieces::characters || pieces == nn::Pieces::words) {
    tokens = {"", "\xEF\xBF\xBD"};
    if (!joined.empty())
      for (std::string& token : split_at(joined, '\n')) tokens.push_back(std::move(token));
  } else if (!joined.empty()) {
    std::istringstream numbers(joined);
    std::int32_t left = 0, right = 0;
    while (numbers >> left >> right) {
      const auto known = static_cast<std::int32_t>(tokens.size());
      if (left < 1 || right < 1 || left >= known || right >= known)
        throw FormatError("config: the vocabulary's pairs are damaged");
      merges.emplace_back(left, right);
      tokens.push_back(tokens[static_cast<std::size_t>(left)] +
                       tokens[static_cast<std::size_t>(right)]);
    }
  }
  return {std::make_shared<const Vocabulary>(Vocabulary::from(pieces, tokens, merges)),
          json.at("longest")};
}

}  // namespace ebb::tools
