#include <fmt/format.h>

#include <autograd/anomaly.hpp>
#include <autograd/gradients.hpp>
#include <cmath>
#include <nn/data/loader.hpp>
#include <nn/files/file.hpp>
#include <nn/optimizers/adam.hpp>
#include <nn/optimizers/sgd.hpp>
#include <tools/common/progress.hpp>
#include <tools/training/run_files.hpp>
#include <tools/training/snapshot.hpp>
#include <tools/training/trainer.hpp>

namespace ebb::tools {

volatile std::sig_atomic_t interruptions = 0;

namespace {

using ebb::Random, ebb::Tensor, ebb::Variable;
using ebb::nn::Epoch;
using Json = nlohmann::ordered_json;

// Steps between two snapshots: few enough to repeat in a moment, many enough to cost nothing.
constexpr std::int64_t snapshot_interval = 512;

std::unique_ptr<ebb::nn::Optimizer> make_optimizer(const TrainOptions& options,
                                                   const ebb::nn::Module& model) {
  if (options.optimizer == "sgd")
    return std::make_unique<ebb::nn::SGD>(
        model, ebb::nn::SGDOptions{.learning_rate = options.learning_rate});
  return std::make_unique<ebb::nn::Adam>(
      model, ebb::nn::AdamOptions{.learning_rate = options.learning_rate});
}

class Trainer final {
 public:
  Trainer(const TrainOptions& options, const ebb::nn::ImageSplits& data, const RunFolder& folder)
      : options_(options),
        data_(data),
        folder_(folder),
        task_(make_task(options, data.train.image_size())),
        loader_(data.train, {.batch_size = options.batch_size, .seed = options.seed}),
        files_(options, data, folder, *task_),
        progress_(options.quiet) {
    initialize(task_->model(), {.seed = options.seed});
    optimizer_ = make_optimizer(options, task_->model());
    snapshot_ = std::make_unique<Snapshot>(task_->model(), *optimizer_);
    at_.noise = Random{options.seed}.fork("noise");
  }

  void run() {
    files_.begin();
    ebb::nn::write_file(folder_.path("metrics.jsonl"), "");
    for (epoch_ = 1; epoch_ <= options_.epochs && !interruptions && divergence_.empty(); ++epoch_) {
      run_epoch(loader_.epoch(epoch_ - 1));
      finish_epoch();
    }
    const bool finished = divergence_.empty() && at_.steps == options_.epochs * loader_.steps();
    files_.end(at_.steps, finished);
    progress_.print("pictures: " + files_.pictures());
    if (!divergence_.empty())
      throw Diverged(divergence_ + "; try a smaller --lr" +
                     (options_.beta > 1 ? " or --beta" : ""));
    if (!finished)
      throw Interrupted(fmt::format("interrupted after step {} of {}; its weights are in {}",
                                    at_.steps, options_.epochs * loader_.steps(),
                                    folder_.path("model.safetensors")));
  }

 private:
  void run_epoch(const Epoch& epoch) {
    at_.tally = {};
    at_.batch = 0;
    snapshot_->take(at_);
    const double start = seconds_now();
    bool finite = true;
    while (finite && at_.batch < epoch.steps() && !interruptions) {
      finite = step(epoch);
      if (finite && at_.steps % snapshot_interval == 0) {
        finite = snapshot_->spoiled().empty();
        if (finite) snapshot_->take(at_);
      }
      if (progress_.due()) show_progress(seconds_now() - start);
    }
    seconds_ = seconds_now() - start;
    if (!finite || !snapshot_->spoiled().empty()) replay(epoch);
  }

  // False where the loss is not finite, and nothing has changed then; or where its gradients lead
  // to numbers that are not: then some weights may have taken the step.
  bool step(const Epoch& epoch) {
    Position next = at_;
    const Variable loss = task_->loss(epoch.batch(at_.batch).inputs, next.noise, next.tally);
    if (!std::isfinite(loss.item())) return false;
    const ebb::Gradients gradients = backward(loss);
    try {
      optimizer_->step(gradients);
    } catch (const ebb::MemoryError&) {
      throw;
    } catch (const ebb::Error& error) {
      refusal_ = error.what();
      return false;
    }
    ++next.batch;
    ++next.steps;
    at_ = next;
    return true;
  }

  // Goes back to the last snapshot and repeats the steps in anomaly mode, to find the operation
  // where the first NaN or infinity appears. Leaves everything as it was before that step.
  void replay(const Epoch& epoch) {
    at_ = snapshot_->restore();
    refusal_.clear();
    const ebb::AnomalyMode anomaly;
    std::string cause = "the loss is not finite";
    try {
      while (at_.batch < epoch.steps() && step(epoch)) {
        if (const std::string name = snapshot_->spoiled(); !name.empty()) {
          cause = fmt::format("{}: the first NaN or infinity is in its update of {}",
                              options_.optimizer, name);
          at_ = snapshot_->restore();
          break;
        }
        snapshot_->take(at_);
      }
      if (!refusal_.empty()) {
        cause = refusal_.substr(0, refusal_.find(';'));
        at_ = snapshot_->restore();
      }
    } catch (const ebb::AnomalyError& error) {
      cause = error.what();
    }
    divergence_ = fmt::format("diverged in step {}: {}", at_.steps + 1, cause);
  }

  Tally evaluate() const {
    const ebb::NoGrad constants;
    Tally tally;
    // A stream of its own: looking changes nothing in training.
    Random noise = Random{options_.seed}.fork("evaluation noise");
    for (const ebb::nn::Batch& batch :
         ebb::nn::Loader(data_.test, {.batch_size = 500, .shuffle = false}).epoch(0))
      static_cast<void>(task_->loss(batch.inputs, noise, tally));  // the tally is what counts
    return tally;
  }

  // The weights are finite, but the loss on the test images is not.
  void explain_evaluation() {
    std::string cause = "the loss is not finite";
    try {
      const ebb::AnomalyMode anomaly;
      evaluate();
    } catch (const ebb::AnomalyError& error) {
      cause = error.what();
    }
    divergence_ = fmt::format("diverged after step {}, on the test images: {}", at_.steps, cause);
  }

  void finish_epoch() {
    if (at_.tally.images == 0) return;  // it ended before its first step
    const Tally test = evaluate();
    if (divergence_.empty() && !std::isfinite(test.loss)) explain_evaluation();
    const double speed = static_cast<double>(at_.tally.images) / seconds_;
    Json line = {{"epoch", epoch_},
                 {"step", at_.steps},
                 {"seconds", seconds_},
                 {"images_per_second", speed}};
    task_->report(line, at_.tally, test);
    folder_.append_line("metrics.jsonl", line);
    // fabs: without it a NaN would be printed with a sign
    progress_.print(fmt::format("epoch {}/{}  train {:.5g}  test {:.5g}  {:.2f} s  {:.0f} images/s",
                                epoch_, options_.epochs, line["train_loss"].get<double>(),
                                std::fabs(line["test_loss"].get<double>()), seconds_, speed));
    files_.keep_weights();
  }

  void show_progress(double seconds) {
    const double images = static_cast<double>(at_.tally.images);
    if (images > 0)
      progress_.show(fmt::format("epoch {}/{}  step {}  loss {:.5g}  {:.0f} images/s", epoch_,
                                 options_.epochs, at_.steps, at_.tally.loss / images,
                                 images / seconds));
  }

  const TrainOptions& options_;
  const ebb::nn::ImageSplits& data_;
  const RunFolder& folder_;
  std::unique_ptr<Task> task_;
  ebb::nn::Loader loader_;
  std::unique_ptr<ebb::nn::Optimizer> optimizer_;
  std::unique_ptr<Snapshot> snapshot_;
  RunFiles files_;
  Position at_;
  std::int64_t epoch_ = 0;
  double seconds_ = 0;                // of the epoch's training
  std::string divergence_, refusal_;  // what the optimizer said of the last step
  Progress progress_;
};

}  // namespace

void train(const TrainOptions& options, const ebb::nn::ImageSplits& data, const RunFolder& folder) {
  Trainer(options, data, folder).run();
}

}  // namespace ebb::tools
