#include <tools/training/reporters/reporters.hpp>
#include <tools/training/scoring/scores.hpp>

namespace ebb::tools {

namespace {

class ScoresFile final : public Reporter {
 public:
  explicit ScoresFile(const Run& run) : run_(run) {}

  void end(std::int64_t, bool) override {
    try {
      keep_training_quantiles(run_.folder.path(""), run_.recipe, run_.data.train,
                              run_.options.seed);
    } catch (const DataError&) {  // a model that has diverged has none
    }
  }

 private:
  const Run& run_;
};

}  // namespace

std::unique_ptr<Reporter> report_scores(const Run& run) {
  return std::make_unique<ScoresFile>(run);
}

}  // namespace ebb::tools
