#include <nn/files/file.hpp>
#include <tools/training/reporters/reporters.hpp>

namespace ebb::tools {

namespace {

constexpr const char* file = "metrics.jsonl";

class MetricsFile final : public Reporter {
 public:
  explicit MetricsFile(const Run& run) : run_(run) {}

  void begin() override { nn::write_file(run_.folder.path(file), ""); }

  void epoch(const EpochReport& at) override {
    nlohmann::ordered_json line = {
        {"epoch", at.epoch},
        {"step", at.steps},
        {"seconds", at.seconds},
        {"images_per_second", static_cast<double>(at.train.examples()) / at.seconds},
        {"learning_rate", at.learning_rate}};
    at.train.report("train_", line);
    if (at.validation) at.validation->report("validation_", line);
    at.test.report("test_", line);
    run_.folder.append_line(file, line);
  }

 private:
  const Run& run_;
};

}  // namespace

std::unique_ptr<Reporter> report_metrics(const Run& run) {
  return std::make_unique<MetricsFile>(run);
}

}  // namespace ebb::tools
