// The steps of a run, one after the other, with a way back from the one that diverged.
#pragma once

#include <nn/data/loader.hpp>
#include <tools/training/datasets.hpp>
#include <tools/training/recipe.hpp>
#include <tools/training/snapshot.hpp>

namespace ebb::tools {

struct StepOptions {
  Random noise = {};                     // what the model draws
  std::optional<double> clip_norm = {};  // gradients are scaled down to this norm
  nn::Average* average = nullptr;        // follows the weights
};

// The most bytes that a training step takes, or an evaluation of `evaluated` examples, beside what
// the run remembers of the weights. They are measured in a trial of both with the longest examples,
// which changes nothing but the cache of storage. Throws UsageError where they are more than
// `available`.
double bytes_of_trial(const Recipe& recipe, const Datasets& data, std::int64_t batch_size,
                      std::int64_t evaluated, double available);

// Takes steps of an epoch until a number in them is not finite; then it goes back and finds the
// operation. Recipe, optimizer and average must outlive it.
class Steps final {
 public:
  Steps(Recipe& recipe, nn::Optimizer& optimizer, const StepOptions& options);

  void begin(const nn::Epoch& epoch);  // which must live until the next
  // Goes on within an epoch, or with its first step, where the model stands there.
  void resume(const nn::Epoch& epoch, const Position& at);
  bool at_end() const { return at_.batch == epoch_->steps(); }
  void take();
  // Looks for NaN and infinity that no loss has shown: at the end of an epoch, at least.
  void check();

  const Position& at() const { return at_; }
  // The last moment in which all numbers were finite. It is this one after begin, and after check
  // within an epoch, as long as nothing has diverged.
  const Snapshot& snapshot() const { return snapshot_; }
  // "step 7: log: the first NaN or infinity is in its result …"; empty while all is well. If not,
  // the weights are those before that step.
  const std::string& divergence() const { return divergence_; }

 private:
  bool try_step();
  void replay();

  Recipe& recipe_;
  nn::Optimizer& optimizer_;
  StepOptions options_;
  Snapshot snapshot_;
  const nn::Epoch* epoch_ = nullptr;
  Position at_;
  std::string divergence_, refusal_;  // what the optimizer said of the last step
};

}  // namespace ebb::tools
