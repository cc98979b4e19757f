#include <fmt/format.h>

#include <nn/files/file.hpp>
#include <nn/files/printable.hpp>
#include <tools/inference/text_output.hpp>
#include <tools/training/text_lines.hpp>

namespace ebb::tools {

namespace {

class TextOutput final : public ExampleOutput {
 public:
  TextOutput(const std::string& out, const nn::Vocabulary& vocabulary)
      : name_(out), vocabulary_(vocabulary), file_(out) {}

  void add(const nn::Batch& texts) override {
    for (const std::string& line : lines_of(texts.inputs, vocabulary_)) file_.write(line + '\n');
    written_ += texts.inputs.size(0);
  }
  std::string finish() override {
    file_.commit();
    return fmt::format("{}, {} lines", name_, nn::grouped(written_));
  }

 private:
  const std::string name_;
  const nn::Vocabulary vocabulary_;
  nn::FileWriter file_;
  std::int64_t written_ = 0;
};

}  // namespace

std::unique_ptr<ExampleOutput> open_texts(const std::string& out,
                                          const nn::Vocabulary& vocabulary) {
  return std::make_unique<TextOutput>(out, vocabulary);
}

}  // namespace ebb::tools
