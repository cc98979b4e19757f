// A training run: its options, what it works with, and who is told of it.
#pragma once

#include <tools/common/run_folder.hpp>
#include <tools/training/datasets.hpp>
#include <tools/training/options.hpp>
#include <tools/training/recipe.hpp>

namespace ebb::tools {

struct Run {
  const TrainOptions& options;
  const Datasets& data;
  RunFolder& folder;
  Recipe& recipe;        // built for the data
  bool resumes = false;  // goes on from the newest checkpoint in the folder
};

struct StartReport {
  std::int64_t steps = 0, epochs = 0;  // done before, by the run that goes on
  std::int64_t planned = 0;            // steps in all
  std::int64_t best_epoch = 0;         // by the validation loss; 0: none yet
  std::vector<std::string> notes = {};
};

struct StepReport {
  std::int64_t epoch, steps;  // steps of the run so far
  double seconds;             // of the epoch so far
  const Metrics& train;       // of the epoch so far
};

struct EpochReport {
  std::int64_t epoch, steps;
  double seconds;        // of its training
  double learning_rate;  // of its last step
  const Metrics &train, &test;
  double seconds_waited = 0;            // of `seconds`, for images to be decoded
  const Metrics* validation = nullptr;  // where there are such examples
  bool best = false;                    // the best so far by the validation loss
  std::string ends = {};                // why the run ends here, before its last epoch
};

// Is told how a run goes on. What it throws ends the run. At the end of an epoch and of the run the
// model has the weights that the run leaves: the last, their average, or those of the best epoch.
class Reporter {
 public:
  virtual ~Reporter() = default;
  // Before the first step: the model has its first weights. A run that goes on may have left more
  // than it can go on from: what is of later steps than those of the report is to go.
  virtual void begin(const StartReport&) {}
  virtual void step(const StepReport&) {}
  virtual void epoch(const EpochReport&) {}
  virtual void end(std::int64_t /*steps*/, bool /*finished*/) {}
};
// begin, step and epoch are called in this order, end in the opposite one.
using Reporters = std::vector<std::unique_ptr<Reporter>>;

}  // namespace ebb::tools
