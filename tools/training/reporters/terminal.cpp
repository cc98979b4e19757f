#include <fmt/format.h>

#include <cmath>
#include <tools/training/reporters/reporters.hpp>

namespace ebb::tools {

namespace {

class Terminal final : public Reporter {
 public:
  Terminal(const Run& run, Progress& progress) : run_(run), progress_(progress) {}

  void step(const StepReport& at) override {
    if (!progress_.due() || at.train.examples() == 0) return;
    progress_.show(fmt::format("epoch {}/{}  step {}  loss {:.5g}  {:.0f} images/s", at.epoch,
                               run_.options.epochs, at.steps, at.train.mean("loss"),
                               static_cast<double>(at.train.examples()) / at.seconds));
  }

  void epoch(const EpochReport& at) override {
    const double loss = at.test.mean("loss");
    const double test = std::isnan(loss) ? std::fabs(loss) : loss;  // a NaN without its sign
    progress_.print(fmt::format("epoch {}/{}  train {:.5g}  test {:.5g}  {:.2f} s  {:.0f} images/s",
                                at.epoch, run_.options.epochs, at.train.mean("loss"), test,
                                at.seconds, static_cast<double>(at.train.examples()) / at.seconds));
  }

 private:
  const Run& run_;
  Progress& progress_;
};

}  // namespace

std::unique_ptr<Reporter> report_to_terminal(const Run& run, Progress& progress) {
  return std::make_unique<Terminal>(run, progress);
}

}  // namespace ebb::tools
