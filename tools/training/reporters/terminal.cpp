#include <fmt/format.h>

#include <cmath>
#include <tools/training/reporters/reporters.hpp>

namespace ebb::tools {

namespace {

using Json = nlohmann::ordered_json;

class Terminal final : public Reporter {
 public:
  Terminal(const Run& run, Progress& progress)
      : run_(run), progress_(progress), things_(name_of(run.data.train->examples())) {}

  void begin(const StartReport& at) override {
    say_start(at);
    for (const std::string& note : at.notes) progress_.print(note);
    if (run_.resumes && at.steps < at.planned)
      progress_.print(fmt::format("goes on after step {}, in epoch {}", at.steps, at.epochs + 1));
    if (at.steps > 0 && at.steps == at.planned)
      progress_.print(fmt::format("nothing is left to learn after step {}", at.steps));
    if (at.best_epoch > 0 && run_.options.keep == "best")
      kept_ = fmt::format("kept: epoch {}", at.best_epoch);
    start_ = at;
    begin_ = seconds_now();
  }

  void step(const StepReport& at) override {
    if (!progress_.due() || at.train.examples() == 0) return;
    const double loss = at.train.mean("loss");
    const auto in_epoch = static_cast<double>(start_.planned / run_.options.epochs),
               done = static_cast<double>(at.steps) - in_epoch * static_cast<double>(at.epoch - 1),
               since_begin = static_cast<double>(at.steps - start_.steps);
    const double epoch_left = (in_epoch - done) * at.seconds / done,
                 run_left = static_cast<double>(start_.planned - at.steps) *
                            (seconds_now() - begin_) / since_begin;
    progress_.show(
        live_line({fmt::format("epoch {}/{}", at.epoch, run_.options.epochs),
                   fmt::format("loss {:.4g}{}", loss, trend_to(loss)),
                   fmt::format("left {}, run {}", clock_time(epoch_left), clock_time(run_left)),
                   fmt::format("{:.0f} {}/s", static_cast<double>(at.train.examples()) / at.seconds,
                               things_)},
                  done / in_epoch, progress_.columns()));
  }

  void epoch(const EpochReport& at) override {
    before_ = at.train.mean("loss");
    if (run_.options.log_format == "json")
      say_event("epoch", line_of(at));
    else
      say_epoch(at);
    if (run_.data.decoding && at.seconds_waited > 0.1 * at.seconds) say_that_steps_wait(at);
    if (at.best && run_.options.keep == "best")
      kept_ = fmt::format("kept: epoch {}  {}", at.epoch, held_out(at));
    if (at.best || run_.options.keep == "last") claim_ = claim_of(at.test);
    if (!at.ends.empty()) progress_.print("ended early: " + at.ends);
  }

  void end(std::int64_t steps, bool finished) override {
    if (!kept_.empty()) progress_.print(kept_);
    if (!claim_.empty()) progress_.print(claim_);
    say_event("end", {{"steps", steps}, {"finished", finished}});
  }

 private:
  std::string trend_to(double loss) {
    if (!before_) before_ = loss;
    const double percent = 100 * (loss - *before_) / std::fabs(*before_);
    return std::isfinite(percent) ? fmt::format(" ({:+.1f}%)", percent) : "";
  }

  void say_event(const char* name, const Json& rest) {
    Json event;
    event["event"] = name;
    event.update(rest);
    progress_.print_event(event);
  }

  // What the losses are that follow: nobody should have to guess.
  void say_start(const StartReport& at) {
    const Json about = run_.recipe.describe();
    if (run_.options.log_format == "json")
      say_event("start", {{"model", run_.recipe.name()},
                          {"parameters", count_parameters(run_.recipe.model())},
                          {"epochs", run_.options.epochs},
                          {"steps", at.planned},
                          {"loss", about.at("loss")},
                          {"units", about.at("units")},
                          {"likelihood", about.value("pixels", run_.recipe.likelihood())}});
    else
      progress_.print(fmt::format(
          "losses: {}; {}{}", about.at("loss").get<std::string>(),
          about.at("units").get<std::string>(),
          about.contains("pixels") ? "; likelihood: " + about["pixels"].get<std::string>() : ""));
  }

  void say_epoch(const EpochReport& at) {
    std::string line =
        fmt::format("epoch {}/{}  train {:.5g}  {}  {:.2f} s  {:.0f} {}/s", at.epoch,
                    run_.options.epochs, at.train.mean("loss"), held_out(at), at.seconds,
                    static_cast<double>(at.train.examples()) / at.seconds, things_);
    if (const double accuracy = at.test.mean("accuracy"); !std::isnan(accuracy))
      line += fmt::format("  test accuracy {:.4f}", accuracy);
    for (const Counts& counts : at.test.counted())
      line += fmt::format("  {}: perplexity {:.1f}, {} of {} unused", counts.name,
                          counts.perplexity(), counts.unused(), counts.counts.size());
    if (const Rate& rate = at.test.rate(); rate.tokens > 0) {
      line += fmt::format("  test nats/token {:.4f}, perplexity {:.4g}", rate.per_token(),
                          rate.perplexity());
      if (const double kl = at.test.mean("kl"); !std::isnan(kl))
        line += fmt::format(", kl {:.4g}", kl);
    }
    progress_.print(line);
  }

  static std::string held_out(const EpochReport& at) {
    return (at.validation ? "validation " + loss_of(*at.validation) + "  " : "") + "test " +
           loss_of(at.test);
  }

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
    const double error = test.standard_error(name);  // not known of a single example
    const std::string figure =
        fmt::format("{:.2f}{} nats", gray ? -nats : nats,
                    std::isnan(error) ? "" : fmt::format(" ± {:.2f}", error));
    if (!gray)
      return fmt::format("test: {} {}, likelihood {}",
                         bound_in_words(recipe.claim(), recipe.is_told_labels()), figure,
                         recipe.likelihood());
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
  const char* const things_;  // "images"
  StartReport start_;
  double begin_ = 0;              // when the first step did
  std::optional<double> before_;  // a loss to compare with
  std::string kept_, claim_;
};

}  // namespace

std::unique_ptr<Reporter> report_to_terminal(const Run& run, Progress& progress) {
  return std::make_unique<Terminal>(run, progress);
}

}  // namespace ebb::tools
