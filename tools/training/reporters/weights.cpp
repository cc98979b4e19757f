#include <nn/checkpoint.hpp>
#include <tools/training/reporters/reporters.hpp>

namespace ebb::tools {

namespace {

class WeightsFile final : public Reporter {
 public:
  explicit WeightsFile(const Run& run) : run_(run), begin_(seconds_now()) {}

  void begin(const StartReport& at) override {
    if (at.steps == 0) write();  // else weights are there
  }

  void epoch(const EpochReport&) override {
    const double before = seconds_now();
    if (writing_ > 1 + (before - begin_) / 20) return;
    write();
    writing_ += seconds_now() - before;
  }

  void end(std::int64_t, bool) override { write(); }

 private:
  void write() { save(run_.recipe.model(), run_.folder.path("model.safetensors")); }

  const Run& run_;
  const double begin_;
  double writing_ = 0;  // seconds
};

}  // namespace

std::unique_ptr<Reporter> report_weights(const Run& run) {
  return std::make_unique<WeightsFile>(run);
}

}  // namespace ebb::tools
