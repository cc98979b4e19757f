#include <algorithm>
#include <autograd/gradients.hpp>
#include <nn/data/text/sentences.hpp>
#include <nn/data/text/vocabulary.hpp>
#include <set>
#include <tensor/elementwise.hpp>
#include <tensor/parts.hpp>
#include <tools/evaluation/subject.hpp>
#include <tools/page/encoding.hpp>
#include <tools/page/kinds/texts.hpp>
#include <tools/page/kinds/token_nats.hpp>
#include <tools/training/text_lines.hpp>

namespace ebb::tools {

using Json = nlohmann::ordered_json;

namespace {

constexpr std::size_t most_bytes = 400;   // of a text
constexpr std::int64_t drawn_texts = 20;  // as samples.txt holds
constexpr std::int64_t most_searched = 200'000;
constexpr std::int64_t pairs = 6, steps = 9;

std::vector<std::string> cut_lines(const Tensor& tokens, const nn::Vocabulary& vocabulary) {
  std::vector<std::string> lines = lines_of(tokens, vocabulary);
  for (std::string& line : lines) line = cut(line, most_bytes);
  return lines;
}

using Tokens = std::vector<std::int32_t>;

// Each row up to its end.
std::vector<Tokens> rows_of(const Tensor& tokens) {
  const Tokens all = tokens.to_vector<std::int32_t>();
  const std::int64_t width = tokens.size(1);
  std::vector<Tokens> rows;
  for (auto from = all.begin(); from != all.end(); from += width)
    rows.emplace_back(from, std::find(from, from + width, nn::Vocabulary::end));
  return rows;
}

// Which of the texts stand among the first of the training texts?
std::set<Tokens> found_among(const nn::SharedDataset& train, const std::vector<Tokens>& texts,
                             std::int64_t searched) {
  const std::set<Tokens> wanted(texts.begin(), texts.end());
  std::set<Tokens> found;
  constexpr std::int64_t at_a_time = 500;
  for (std::int64_t i = 0; i < searched; i += at_a_time) {
    stop_if_interrupted();
    const std::int64_t end = std::min(i + at_a_time, searched);
    for (const Tokens& row : rows_of(train->gather(nn::indices_between(i, end)).inputs))
      if (wanted.contains(row)) found.insert(row);
  }
  return found;
}

class Texts final : public PageKind {
 public:
  explicit Texts(const nn::TextExample& texts) : vocabulary_(*texts.vocabulary) {}

  Json shown(const nn::Batch& examples, bool) const override {
    return cut_lines(examples.inputs, vocabulary_);
  }
  std::int64_t bytes_of_each() const override { return most_bytes; }
  Json details(const OpenedRun& run, const std::vector<std::int64_t>& indices) const override {
    return token_nats(run.recipe(), chosen(run.test(), indices), vocabulary_);
  }
  Json samples(const OpenedRun& run) const override;
  std::vector<Section> sections(const OpenedRun& run) const override {
    return {{"walks", run.data ? walks(run) : Json(), run.why_no_codes()}};
  }
  Json truth(const OpenedRun& run) const override {
    if (run.trained.config.at("data") != drawn_sentences) return nullptr;
    return {{"name", "the grammar that draws the sentences"}, {"value", -nn::sentence_entropy()}};
  }

 private:
  Json walks(const OpenedRun& run) const;

  nn::Vocabulary vocabulary_;
};

Json Texts::samples(const OpenedRun& run) const {
  const NoGrad constants;
  const std::uint64_t seed = run.trained.config.at("seed");
  Json found = {{"groups", Json::array()}};
  std::vector<Tokens> all;
  for (const double temperature : {1.0, 0.5}) {
    Random noise = Random{seed}.fork("texts");
    nn::Pass pass{noise};
    const Tensor texts =
        run.recipe().sample(drawn_texts, {.temperature = temperature}, pass).inputs;
    for (Tokens& row : rows_of(texts)) all.push_back(std::move(row));
    found["groups"].push_back({{"temperature", temperature},
                               {"examples", cut_lines(texts, vocabulary_)},
                               {"remembered", nullptr}});
  }
  if (!run.data) return found;
  const std::int64_t searched = std::min(run.data->train->count(), most_searched);
  const std::set<Tokens> known = found_among(run.data->train, all, searched);
  found["searched"] = searched;
  for (std::size_t i = 0; i < all.size(); ++i)
    found["groups"][i / drawn_texts]["remembered"].push_back(known.contains(all[i]));
  return found;
}

Json Texts::walks(const OpenedRun& run) const {
  const NoGrad constants;
  Random noise{0};
  nn::Pass pass{noise};
  const std::int64_t count = std::min(pairs, run.shown / 2);
  if (count == 0) return nullptr;  // one text alone
  const nn::Batch ends = chosen(run.test(), nn::indices_between(0, 2 * count));
  const Tensor codes = run.recipe().encode(ends, pass).value();
  if (codes.count() == 0) return nullptr;
  std::vector<Tensor> line;
  for (std::int64_t i = 0; i < count; ++i)
    line.push_back(codes_between(slice(codes, 0, 2 * i, 2 * i + 2), steps));
  const std::vector<std::string> originals = cut_lines(ends.inputs, vocabulary_);
  const std::vector<std::string> texts =
      cut_lines(run.recipe().decode(cat(line), pass, {}).inputs, vocabulary_);
  Json found = Json::array();
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    const auto first = texts.begin() + static_cast<std::ptrdiff_t>(i) * steps;
    found.push_back({{"from", originals[2 * i]},
                     {"to", originals[2 * i + 1]},
                     {"texts", std::vector<std::string>(first, first + steps)}});
  }
  return found;
}

}  // namespace

std::unique_ptr<PageKind> page_kind(const nn::TextExample& texts) {
  return std::make_unique<Texts>(texts);
}

}  // namespace ebb::tools
