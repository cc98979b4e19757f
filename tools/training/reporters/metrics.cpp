#include <nn/files/file.hpp>
#include <tensor/error.hpp>
#include <tools/training/reporters/reporters.hpp>

namespace ebb::tools {

namespace {

constexpr const char* file = "metrics.jsonl";

class MetricsFile final : public Reporter {
 public:
  explicit MetricsFile(const Run& run) : run_(run) {}

  void begin(const StartReport& at) override {
    const std::string path = run_.folder.path(file);
    nn::write_file(path, at.epochs > 0 ? first_lines(nn::read_file(path), at.epochs) : "");
  }

  void epoch(const EpochReport& at) override { run_.folder.append_line(file, line_of(at)); }

 private:
  static std::string first_lines(const std::string& text, std::int64_t count) {
    std::size_t end = 0;
    for (std::int64_t line = 0; line < count; ++line) {
      end = text.find('\n', end) + 1;
      if (end == 0)
        throw FormatError(ebb::text("resume: ", file, " has ", line, " lines, and ", count,
                                    " epochs are done; was it edited?"));
    }
    return text.substr(0, end);
  }

  const Run& run_;
};

}  // namespace

nlohmann::ordered_json line_of(const EpochReport& at) {
  nlohmann::ordered_json line = {
      {"epoch", at.epoch},
      {"step", at.steps},
      {"seconds", at.seconds},
      {"images_per_second", static_cast<double>(at.train.examples()) / at.seconds},
      {"learning_rate", at.learning_rate}};
  at.train.report("train_", line);
  if (at.validation) at.validation->report("validation_", line);
  at.test.report("test_", line);
  return line;
}

std::unique_ptr<Reporter> report_metrics(const Run& run) {
  return std::make_unique<MetricsFile>(run);
}

}  // namespace ebb::tools
