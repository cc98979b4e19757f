#include <fmt/format.h>

#include <autograd/gradients.hpp>
#include <models/text/writing.hpp>
#include <nn/data/split.hpp>
#include <nn/data/text/vocabulary.hpp>
#include <nn/files/file.hpp>
#include <nn/files/printable.hpp>
#include <tensor/parts.hpp>
#include <tensor/random.hpp>
#include <tools/training/reporters/reporters.hpp>
#include <tools/training/reporters/shown.hpp>
#include <tools/training/scoring/ngrams.hpp>
#include <tools/training/text_lines.hpp>

namespace ebb::tools {

namespace {

constexpr std::int64_t shown = 20;  // texts
constexpr std::int64_t probable = 10, beam = 10, longest_probable = 100;
constexpr std::int64_t pairs = 5, between = 7;   // interpolations, and the codes of one
constexpr std::int64_t most_tokens = 5'000'000;  // that n-grams learn from: a second or two

class Texts final : public Reporter {
 public:
  Texts(const Run& run, Progress& progress) : run_(run), progress_(progress) {}

  void begin(const StartReport&) override {
    if (run_.options.quiet) return;
    if (!std::holds_alternative<nn::TextExample>(run_.data.train->examples().kind)) return;
    const std::int64_t all = run_.data.train->count(),
                       some = texts_within(run_.data.train->lengths(), most_tokens);
    const std::vector<double> nats = ngram_nats_per_token(
        nn::Subset(run_.data.train, nn::indices_between(0, some)), run_.data.test);
    progress_.print(fmt::format(
        "n-grams of {}: test nats/token {:.4f}, of orders 1 to {}",
        some == all ? "the training texts"
                    : fmt::format("{} of {} training texts", nn::grouped(some), nn::grouped(all)),
        fmt::join(nats, ", "), nats.size()));
  }

  void end(std::int64_t, bool) override {
    const nn::Examples examples = run_.data.train->examples();
    const auto* const kind = std::get_if<nn::TextExample>(&examples.kind);
    if (!kind) return;
    const NoGrad constants;
    Random noise = Random{run_.options.seed}.fork("texts");
    nn::Pass pass{noise};
    const std::string written = write_samples(*kind->vocabulary, pass),
                      again = write_reconstructions(*kind->vocabulary),
                      found = write_probable(*kind->vocabulary),
                      line = write_interpolations(*kind->vocabulary);
    if (!(written + again).empty()) progress_.print("texts:" + again + written + found + line);
  }

 private:
  std::string write_samples(const nn::Vocabulary& vocabulary, nn::Pass& pass) const {
    const nn::Batch samples = run_.recipe.sample(shown, {}, pass);
    if (samples.inputs.count() == 0) return "";
    std::string all;
    for (const std::string& line : lines_of(samples.inputs, vocabulary)) all += line + '\n';
    return write("samples.txt", all);
  }

  // A text of the test set, and below it what the model makes of its code.
  std::string write_reconstructions(const nn::Vocabulary& vocabulary) const {
    const auto [originals, decoded] = reconstruct_some(run_, shown);
    if (decoded.count() == 0) return "";
    const std::vector<std::string> before = lines_of(originals, vocabulary),
                                   after = lines_of(decoded, vocabulary);
    std::string all;
    for (std::size_t i = 0; i < before.size(); ++i) all += before[i] + "\n  " + after[i] + "\n";
    return write("reconstructions.txt", all);
  }

  // Without a code the most probable texts, else those of the first texts' codes.
  std::string write_probable(const nn::Vocabulary& vocabulary) const {
    const models::LanguageModel* const writer = run_.recipe.writer();
    if (!writer) return "";
    const Tensor codes = encode_some(run_, probable).codes;
    Random none;
    const Tensor found = models::write(*writer, codes.count() > 0 ? codes.size(0) : probable, none,
                                       {.longest = longest_probable, .beam = beam}, codes);
    std::string all;
    for (const std::string& line : lines_of(found, vocabulary)) all += line + '\n';
    return write("probable.txt", all);
  }

  // A text of the test set, what the model makes of codes from its own to the next one's, that one.
  std::string write_interpolations(const nn::Vocabulary& vocabulary) const {
    const auto [originals, codes] = encode_some(run_, 2 * pairs);
    if (codes.count() == 0) return "";
    const std::vector<std::string> ends = lines_of(originals, vocabulary);
    Random none;
    nn::Pass pass{none};
    std::string all;
    for (std::int64_t i = 0; i + 1 < codes.size(0); i += 2) {
      const Tensor some = codes_between(slice(codes, 0, i, i + 2), between);
      all += (i > 0 ? "\n" : "") + ends[static_cast<std::size_t>(i)] + '\n';
      for (const std::string& line :
           lines_of(run_.recipe.decode(some, pass, {}).inputs, vocabulary))
        all += "  " + line + '\n';
      all += ends[static_cast<std::size_t>(i + 1)] + '\n';
    }
    return write("interpolations.txt", all);
  }

  std::string write(const char* file, const std::string& all) const {
    nn::write_file(run_.folder.path(file), all);
    return " " + run_.folder.path(file);
  }

  const Run& run_;
  Progress& progress_;
};

}  // namespace

std::unique_ptr<Reporter> report_texts(const Run& run, Progress& progress) {
  return std::make_unique<Texts>(run, progress);
}

}  // namespace ebb::tools
