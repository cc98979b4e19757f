#include <fmt/format.h>

#include <cmath>
#include <tools/training/reporters/reporters.hpp>

namespace ebb::tools {

namespace {

class Terminal final : public Reporter {
 public:
  Terminal(const Run& run, Progress& progress) : run_(run), progress_(progress) {}

  void begin(const StartReport& at) override {
    for (const std::string& note : at.notes) progress_.print(note);
    if (run_.resumes && at.steps < at.planned)
      progress_.print(fmt::format("goes on after step {}, in epoch {}", at.steps, at.epochs + 1));
    if (at.steps > 0 && at.steps == at.planned)
      progress_.print(fmt::format("nothing is left to learn after step {}", at.steps));
    if (at.best_epoch > 0 && run_.options.keep == "best")
      kept_ = fmt::format("kept: epoch {}", at.best_epoch);
  }

  void step(const StepReport& at) override {
    if (!progress_.due() || at.train.examples() == 0) return;
    progress_.show(fmt::format("epoch {}/{}  step {}  loss {:.5g}  {:.0f} images/s", at.epoch,
                               run_.options.epochs, at.steps, at.train.mean("loss"),
                               static_cast<double>(at.train.examples()) / at.seconds));
  }

  void epoch(const EpochReport& at) override {
    const std::string held_out =
        (at.validation ? "validation " + loss_of(*at.validation) + "  " : "") + "test " +
        loss_of(at.test);
    std::string line =
        fmt::format("epoch {}/{}  train {:.5g}  {}  {:.2f} s  {:.0f} images/s", at.epoch,
                    run_.options.epochs, at.train.mean("loss"), held_out, at.seconds,
                    static_cast<double>(at.train.examples()) / at.seconds);
    for (const Counts& counts : at.test.counted())
      line += fmt::format("  {}: perplexity {:.1f}, {} of {} unused", counts.name,
                          counts.perplexity(), counts.unused(), counts.counts.size());
    if (const Rate& rate = at.test.rate(); rate.tokens > 0)
      line += fmt::format("  test nats/token {:.4f}, perplexity {:.4g}", rate.per_token(),
                          rate.perplexity());
    progress_.print(line);
    if (run_.data.decoding && at.seconds_waited > 0.1 * at.seconds) say_that_steps_wait(at);
    if (at.best && run_.options.keep == "best")
      kept_ = fmt::format("kept: epoch {}  {}", at.epoch, held_out);
    if (at.best || run_.options.keep == "last") claim_ = claim_of(at.test);
    if (!at.ends.empty()) progress_.print("ended early: " + at.ends);
  }

  void end(std::int64_t, bool) override {
    if (!kept_.empty()) progress_.print(kept_);
    if (!claim_.empty()) progress_.print(claim_);
  }

 private:
  static std::string loss_of(const Metrics& metrics) {
    const double loss = metrics.mean("loss");
    return fmt::format("{:.5g}", std::isnan(loss) ? std::fabs(loss) : loss);  // NaN has no sign
  }

  // What the last figure is, in nats of an image of the test set.
  std::string claim_of(const Metrics& test) const {
    const Recipe& recipe = run_.recipe;
    const bool gray = recipe.claim() == Claim::cross_entropy;
    const char* const name = gray ? "negative_cross_entropy" : "elbo";
    const double nats = test.mean(name);
    if (recipe.claim() == Claim::none || std::isnan(nats)) return "";
    const std::string figure =
        fmt::format("{:.2f} ± {:.2f} nats", gray ? -nats : nats, test.standard_error(name));
    if (!gray)
      return fmt::format("test: {} {}", bound_in_words(recipe.claim(), recipe.is_told_labels()),
                         figure);
    return fmt::format(
        "test: cross entropy + KL {}: no bound of log p(x), as gray pixels are taken as "
        "probabilities; try --binarize dynamic or --likelihood beta-binomial",
        figure);
  }

  void say_that_steps_wait(const EpochReport& at) {
    progress_.print(fmt::format(
        "data: decoding does not keep up: {:.0f} % of the time steps waited for images; try "
        "smaller files, or more memory",
        100 * at.seconds_waited / at.seconds));
  }

  const Run& run_;
  Progress& progress_;
  std::string kept_, claim_;
};

}  // namespace

std::unique_ptr<Reporter> report_to_terminal(const Run& run, Progress& progress) {
  return std::make_unique<Terminal>(run, progress);
}

}  // namespace ebb::tools
