#include <tools/training/selection.hpp>

namespace ebb::tools {

void Selection::see(std::int64_t epoch, double loss) {
  state_.epoch = epoch;
  if (options_.schedule == "plateau") state_.plateau.see(loss);
  if (!(loss < state_.best)) return;
  state_.best = loss;
  state_.best_epoch = epoch;
  if (options_.keep == "best") kept_.take();
}

void Selection::restore(const SelectionState& state, const nn::NamedTensors& kept) {
  if (!kept.empty()) kept_.from_tensors(kept);
  state_ = state;
}

double Selection::rate() const { return options_.learning_rate * state_.plateau.factor(); }

bool Selection::ends() const {
  return options_.patience && state_.epoch - state_.best_epoch >= *options_.patience;
}

Kept::Kept(const Selection& selection, const nn::Module& model) : own_(model) {
  if (!selection.kept().taken()) return;
  own_.take();
  selection.kept().restore();
}

}  // namespace ebb::tools
