// What the validation loss decides after each epoch: which weights to keep, when the learning rate
// falls, and when the run ends.
#pragma once

#include <cmath>
#include <nn/optimizers/plateau.hpp>
#include <tools/training/options.hpp>
#include <tools/training/snapshot.hpp>

namespace ebb::tools {

// Where a selection stands: what there is to save of it, beside the weights that it keeps.
struct SelectionState {
  std::int64_t epoch = 0;       // seen last; 0: none
  std::int64_t best_epoch = 0;  // of the least loss so far; 0: none was finite
  double best = HUGE_VAL;       // that loss
  nn::Plateau plateau;
};

class Selection final {
 public:
  // The model must outlive it.
  Selection(const TrainOptions& options, const nn::Module& model)
      : options_(options), kept_(model) {}

  // Sees the loss of an epoch. Where it is the best so far, and --keep best says so, copies the
  // weights that the model has now.
  void see(std::int64_t epoch, double loss);

  const SelectionState& state() const { return state_; }
  // Goes on from there; `kept` as kept().to_tensors() gave it. FormatError where it does not fit.
  void restore(const SelectionState& state, const nn::NamedTensors& kept);
  const Numbers& kept() const { return kept_; }
  double rate() const;  // --lr, or under --schedule plateau what is left of it
  bool ends() const;    // --patience is over

 private:
  const TrainOptions& options_;
  SelectionState state_;
  Numbers kept_;
};

// Until the end of the scope a model has the numbers that were kept, if any were; then its own come
// back, bit for bit.
class [[nodiscard("it ends at once unless it has a name")]] Kept final {
 public:
  Kept(const Selection& selection, const nn::Module& model);
  ~Kept() { own_.restore(); }
  Kept(const Kept&) = delete;
  Kept& operator=(const Kept&) = delete;

 private:
  Numbers own_;
};

}  // namespace ebb::tools
