#include <fmt/format.h>

#include <autograd/anomaly.hpp>
#include <cmath>
#include <filesystem>
#include <nn/checkpoint.hpp>
#include <nn/layers/xavier.hpp>
#include <tensor/machine/thread_choice.hpp>
#include <tools/common/memory.hpp>
#include <tools/common/progress.hpp>
#include <tools/training/checkpoints/state.hpp>
#include <tools/training/optimizers.hpp>
#include <tools/training/schedules.hpp>
#include <tools/training/selection.hpp>
#include <tools/training/steps.hpp>
#include <tools/training/trainer.hpp>

namespace ebb::tools {

volatile std::sig_atomic_t interruptions = 0;

namespace {

constexpr std::int64_t evaluated_at_once = 500;

// Until the end of the scope the model has the average of its weights, if there is one.
class AverageScope final {
 public:
  explicit AverageScope(const std::optional<nn::Average>& average) {
    if (average) scope_.emplace(*average);
  }

 private:
  std::optional<nn::Averaged> scope_;
};

class Trainer final {
 public:
  Trainer(const Run& run, const Reporters& reporters)
      : run_(run),
        reporters_(reporters),
        loader_(run.data.train, {.batch_size = run.options.batch_size,
                                 .seed = run.options.seed,
                                 .prefetch = run.data.decoding || run.data.augment.any(),
                                 .augment = run.data.augment}),
        checkpoints_(run.folder, parse_interval(run.options.checkpoint_every)),
        selection_(run.options, run.recipe.model()),
        size_{.batch = std::min(run.options.batch_size, run.data.train->count()),
              .states = remembered_numbers(run.options)} {
    const TrainOptions& options = run.options;
    nn::Module& model = run.recipe.model();
    require_memory(model, size_, available_bytes(),
                   "--hidden, --latent or --batch-size, or smaller images");
    if (options.start == "xavier")
      initialize_xavier(model, {.seed = options.seed});
    else
      initialize(model, {.seed = options.seed});
    run.recipe.meet(run.data.train, options.seed);
    if (!options.init.empty() && !run.resumes) load_first_weights();
    optimizer_ = make_optimizer(options, model);
    optimizer_->follow(make_schedule(options, loader_.steps()));
    if (options.average) average_.emplace(model, nn::AverageOptions{*options.average, true});
    const StepOptions steps = {.noise = Random{options.seed}.fork("noise"),
                               .clip_norm = options.clip_norm,
                               .average = average_ ? &*average_ : nullptr};
    steps_ = std::make_unique<Steps>(run.recipe, *optimizer_, steps);
    size_.step = bytes_of_trial(run.recipe, run.data, options.batch_size, evaluated_at_once,
                                available_bytes());
    start_.notes.push_back(memory_in_words(model, size_));
    start_.planned = options.epochs * loader_.steps();
    if (options.warm_up > start_.planned)
      start_.notes.push_back(too_long_warm_up(options.warm_up, start_.planned));
    for (const auto& [option, epochs] : run.recipe.rises())
      if (epochs > static_cast<double>(options.epochs))
        start_.notes.push_back(too_long_rise(option, epochs, options.epochs));
    if (run.resumes)
      go_back();
    else
      begin_epoch();
  }

  void train() {
    run_.folder.appear([this] { begin(); });
    const std::int64_t planned = start_.planned;
    while (steps_->at().steps < planned && !interruptions && divergence_.empty() &&
           !selection_.ends())
      run_epoch();
    if (divergence_.empty()) write_checkpoint();
    checkpoints_.wait();
    const std::int64_t done = steps_->at().steps;
    const bool finished = divergence_.empty() && (done == planned || selection_.ends());
    tell_end(done, finished);
    if (!divergence_.empty())
      throw Diverged(
          fmt::format("diverged {}; try a smaller {}", divergence_, run_.recipe.steadier()));
    if (!finished)
      throw Interrupted(fmt::format(
          "interrupted after step {} of {}; its weights are in {}; go on with --resume {}", done,
          planned, run_.folder.path("model.safetensors"), run_.folder.name()));
  }

 private:
  void load_first_weights() {
    const std::string& from = run_.options.init;
    try {
      const bool folder = std::filesystem::is_directory(from);
      const auto [missing, others] =
          nn::load(run_.recipe.model(), folder ? from + "/model.safetensors" : from,
                   {.strict = !run_.options.init_loose});
      for (const std::string& name : missing)
        start_.notes.push_back(
            fmt::format("init: {} lacks {}, which begins by --start", from, name));
      for (const std::string& name : others)
        start_.notes.push_back(fmt::format("init: the model has no {}", name));
    } catch (const MemoryError&) {
      throw;
    } catch (const Error& error) {
      throw DataError(fmt::format("--init: {}", error.what()));
    }
  }

  // To the newest checkpoint that is whole.
  void go_back() {
    RunState state = {&run_.recipe.model(), optimizer_.get(), average_ ? &*average_ : nullptr,
                      &selection_};
    try {
      for (const std::string& note :
           checkpoints_.take_newest([&](const std::string& path) { restore(path, state); }))
        start_.notes.push_back(note);
    } catch (const FormatError& error) {
      throw DataError(error.what());
    }
    if (state.at.steps > start_.planned)
      throw UsageError(fmt::format("--epochs: {} are begun already; try more",
                                   (state.at.steps - 1) / loader_.steps() + 1));
    optimizer_->set_learning_rate(selection_.rate());
    start_.steps = state.at.steps;
    start_.epochs = state.at.steps / loader_.steps();
    start_.best_epoch = selection_.state().best_epoch;
    state.at.batch = state.at.steps % loader_.steps();
    begin_epoch(state.at);
    seconds_ = state.seconds;
  }

  // The epoch of the next step. Where the last one is done it is one more: a run may go on.
  void begin_epoch(const std::optional<Position>& at = std::nullopt) {
    epoch_ = (at ? at->steps : steps_->at().steps) / loader_.steps() + 1;
    batches_.emplace(loader_.epoch(epoch_ - 1));
    seconds_ = 0;
    if (at)
      steps_->resume(*batches_, *at);
    else
      steps_->begin(*batches_);
  }

  void begin() {
    for (const auto& reporter : reporters_) reporter->begin(start_);
    if (!run_.resumes) write_checkpoint();
    checkpoints_.wait();
  }

  // Of this moment, which is that of the snapshot.
  void write_checkpoint() {
    if (checkpoints_.last() == steps_->at().steps) return;
    checkpoints_.write(checkpoint_of(steps_->snapshot(), selection_, seconds_));
  }

  void run_epoch() {
    const double start = seconds_now() - seconds_;
    double before = seconds_, rate = optimizer_->learning_rate();
    while (!steps_->at_end() && steps_->divergence().empty() && !interruptions) {
      rate = optimizer_->learning_rate();
      steps_->take();
      seconds_ = seconds_now() - start;
      threads_.note(seconds_ - before);
      const StepReport report = {epoch_, steps_->at().steps, seconds_, steps_->at().metrics};
      for (const auto& reporter : reporters_) reporter->step(report);
      keep();
      before = seconds_now() - start;
    }
    seconds_ = seconds_now() - start;
    steps_->check();
    divergence_ = steps_->divergence();
    if (!steps_->at_end() && divergence_.empty()) write_checkpoint();
    if (steps_->at().metrics.examples() == 0) return;  // it ended before its first step
    judge(seconds_, rate, batches_->seconds_waited());
    if (!steps_->at_end() || !divergence_.empty()) return;
    begin_epoch();
    if (checkpoints_.due_after_epoch() || checkpoints_.due(steps_->at().steps)) write_checkpoint();
  }

  // Within an epoch: a checkpoint, where it is time for one.
  void keep() {
    checkpoints_.check();
    if (steps_->at_end() || !checkpoints_.due(steps_->at().steps)) return;
    steps_->check();
    if (steps_->divergence().empty()) write_checkpoint();
  }

  // Evaluates, selects and reports, after an epoch or a part of one.
  void judge(double seconds, double rate, double waited) {
    Metrics validation;
    if (run_.data.validation) validation = evaluate("validation", *run_.data.validation);
    const Metrics test = evaluate("test", run_.data.test);
    EpochReport report = {epoch_, steps_->at().steps, seconds, rate, steps_->at().metrics, test,
                          waited};
    if (run_.data.validation) {
      report.validation = &validation;
      // A part of an epoch does not count: a run that goes on from here selects as if it had not
      // been interrupted.
      if (steps_->at_end() && divergence_.empty()) select(validation.mean("loss"), report);
    }
    const AverageScope average(average_);
    const Kept kept(selection_, run_.recipe.model());
    for (const auto& reporter : reporters_) reporter->epoch(report);
  }

  void select(double loss, EpochReport& report) {
    const AverageScope average(average_);
    selection_.see(epoch_, loss);
    optimizer_->set_learning_rate(selection_.rate());
    report.best = selection_.state().best_epoch == epoch_;
    if (selection_.ends() && epoch_ < run_.options.epochs)
      report.ends = fmt::format("no better validation loss for {} {}", *run_.options.patience,
                                *run_.options.patience == 1 ? "epoch" : "epochs");
  }

  void tell_end(std::int64_t steps, bool finished) const {
    const AverageScope average(average_);
    const Kept kept(selection_, run_.recipe.model());
    if (divergence_.empty()) finish();
    for (auto last = reporters_.rbegin(); last != reporters_.rend(); ++last)
      (*last)->end(steps, finished);
  }

  // What is fitted to the weights that the run leaves.
  void finish() const {
    const NoGrad constants;
    Random noise = Random{run_.options.seed}.fork("finish");
    run_.recipe.finish(run_.data.train, noise);
  }

  // Of the weights that the run would leave now. Where they are finite and the loss is not, finds
  // the cause.
  Metrics evaluate(const char* part, const nn::SharedDataset& data) {
    const AverageScope average(average_);
    Metrics metrics = measure(data);
    if (!divergence_.empty() || std::isfinite(metrics.mean("loss"))) return metrics;
    std::string cause = "the loss is not finite";
    try {
      const AnomalyMode anomaly;
      measure(data);
    } catch (const AnomalyError& error) {
      cause = error.what();
    }
    divergence_ =
        fmt::format("after step {}, on the {} examples: {}", steps_->at().steps, part, cause);
    return metrics;
  }

  Metrics measure(const nn::SharedDataset& data) const {
    const NoGrad constants;
    Metrics metrics;
    // A stream of its own, so that evaluating changes nothing in training.
    Random noise = Random{run_.options.seed}.fork("evaluation noise");
    nn::Pass pass{noise};
    for (const nn::Batch& batch : nn::Loader(data, {.batch_size = evaluated_at_once,
                                                   .shuffle = false,
                                                   .prefetch = run_.data.decoding})
                                      .epoch(0))
      // Only the metrics are wanted.
      static_cast<void>(run_.recipe.loss(run_.recipe.prepare(batch, noise), pass, metrics));
    return metrics;
  }

  const Run& run_;
  const Reporters& reporters_;
  nn::Loader loader_;
  Checkpoints checkpoints_;
  std::unique_ptr<nn::Optimizer> optimizer_;
  std::optional<nn::Average> average_;
  Selection selection_;
  TrainingSize size_;
  std::unique_ptr<Steps> steps_;
  ThreadChoice threads_;
  std::optional<nn::Epoch> batches_;  // of the epoch in hand
  std::int64_t epoch_ = 0;            // its number, counted from 1
  double seconds_ = 0;                // of it so far
  StartReport start_;
  std::string divergence_;
};

}  // namespace

void train(const Run& run, const Reporters& reporters) { Trainer(run, reporters).train(); }

}  // namespace ebb::tools
