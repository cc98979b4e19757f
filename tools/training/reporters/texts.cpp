#include <fmt/format.h>

#include <autograd/gradients.hpp>
#include <nn/data/text/vocabulary.hpp>
#include <nn/files/file.hpp>
#include <tools/training/reporters/reporters.hpp>
#include <tools/training/reporters/shown.hpp>
#include <tools/training/text_lines.hpp>

namespace ebb::tools {

namespace {

constexpr std::int64_t shown = 20;  // texts

class Texts final : public Reporter {
 public:
  Texts(const Run& run, Progress& progress) : run_(run), progress_(progress) {}

  void end(std::int64_t, bool) override {
    const nn::Examples examples = run_.data.train->examples();
    const auto* const kind = std::get_if<nn::TextExample>(&examples.kind);
    if (!kind) return;
    const NoGrad constants;
    Random noise = Random{run_.options.seed}.fork("texts");
    nn::Pass pass{noise};
    const std::string written = write_samples(*kind->vocabulary, pass),
                      again = write_reconstructions(*kind->vocabulary);
    if (!(written + again).empty()) progress_.print("texts:" + again + written);
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
