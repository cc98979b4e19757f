#include <fmt/format.h>

#include <autograd/anomaly.hpp>
#include <cmath>
#include <tensor/machine/thread_choice.hpp>
#include <tools/common/progress.hpp>
#include <tools/training/optimizers.hpp>
#include <tools/training/steps.hpp>
#include <tools/training/trainer.hpp>

namespace ebb::tools {

volatile std::sig_atomic_t interruptions = 0;

namespace {

class Trainer final {
 public:
  Trainer(const Run& run, const Reporters& reporters)
      : run_(run),
        reporters_(reporters),
        loader_(run.data.train, {.batch_size = run.options.batch_size, .seed = run.options.seed}) {
    run.recipe.meet(run.data.train, run.options.seed);
    initialize(run.recipe.model(), {.seed = run.options.seed});
    optimizer_ = make_optimizer(run.options, run.recipe.model());
    steps_ =
        std::make_unique<Steps>(run.recipe, *optimizer_, Random{run.options.seed}.fork("noise"));
  }

  void train() {
    for (const auto& reporter : reporters_) reporter->begin();
    for (epoch_ = 1; epoch_ <= run_.options.epochs && !interruptions && divergence_.empty();
         ++epoch_)
      run_epoch(loader_.epoch(epoch_ - 1));
    if (divergence_.empty()) finish();
    const std::int64_t planned = run_.options.epochs * loader_.steps();
    const std::int64_t done = steps_->at().steps;
    const bool finished = divergence_.empty() && done == planned;
    for (auto last = reporters_.rbegin(); last != reporters_.rend(); ++last)
      (*last)->end(done, finished);
    if (!divergence_.empty())
      throw Diverged(
          fmt::format("diverged {}; try a smaller {}", divergence_, run_.recipe.steadier()));
    if (!finished)
      throw Interrupted(fmt::format("interrupted after step {} of {}; its weights are in {}", done,
                                    planned, run_.folder.path("model.safetensors")));
  }

 private:
  void run_epoch(const nn::Epoch& epoch) {
    steps_->begin(epoch);
    const double start = seconds_now();
    double before = 0;
    while (!steps_->at_end() && steps_->divergence().empty() && !interruptions) {
      steps_->take();
      const double so_far = seconds_now() - start;
      threads_.note(so_far - before);
      const StepReport report = {epoch_, steps_->at().steps, so_far, steps_->at().metrics};
      for (const auto& reporter : reporters_) reporter->step(report);
      before = seconds_now() - start;
    }
    const double seconds = seconds_now() - start;
    steps_->check();
    divergence_ = steps_->divergence();
    if (steps_->at().metrics.examples() == 0) return;  // it ended before its first step
    const Metrics test = evaluate();
    if (divergence_.empty() && !std::isfinite(test.mean("loss"))) explain_evaluation();
    for (const auto& reporter : reporters_)
      reporter->epoch({epoch_, steps_->at().steps, seconds, steps_->at().metrics, test});
  }

  void finish() const {
    const NoGrad constants;
    Random noise = Random{run_.options.seed}.fork("finish");
    run_.recipe.finish(run_.data.train, noise);
  }

  Metrics evaluate() const {
    const NoGrad constants;
    Metrics metrics;
    // A stream of its own, so that evaluating changes nothing in training.
    Random noise = Random{run_.options.seed}.fork("evaluation noise");
    nn::Pass pass{noise};
    for (const nn::Batch& batch :
         nn::Loader(run_.data.test, {.batch_size = 500, .shuffle = false}).epoch(0))
      // Only the metrics are wanted.
      static_cast<void>(run_.recipe.loss(run_.recipe.prepare(batch, noise), pass, metrics));
    return metrics;
  }

  // The weights are finite, but the loss on the test examples is not.
  void explain_evaluation() {
    std::string cause = "the loss is not finite";
    try {
      const AnomalyMode anomaly;
      evaluate();
    } catch (const AnomalyError& error) {
      cause = error.what();
    }
    divergence_ = fmt::format("after step {}, on the test examples: {}", steps_->at().steps, cause);
  }

  const Run& run_;
  const Reporters& reporters_;
  nn::Loader loader_;
  std::unique_ptr<nn::Optimizer> optimizer_;
  std::unique_ptr<Steps> steps_;
  ThreadChoice threads_;
  std::int64_t epoch_ = 0;
  std::string divergence_;
};

}  // namespace

void train(const Run& run, const Reporters& reporters) { Trainer(run, reporters).train(); }

}  // namespace ebb::tools
