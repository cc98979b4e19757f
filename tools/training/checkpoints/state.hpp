// All that the next step depends on, beside the options and the data: as a checkpoint, and back.
#pragma once

#include <nn/optimizers/average.hpp>
#include <tools/training/checkpoints/checkpoints.hpp>
#include <tools/training/selection.hpp>
#include <tools/training/snapshot.hpp>

namespace ebb::tools {

// Of the moment of the snapshot, the first of an epoch or one within it. The tensors share what the
// snapshot and the selection hold, of which both make new ones when they change. `seconds` is what
// the epoch has taken so far.
Checkpoint checkpoint_of(const Snapshot& snapshot, const Selection& selection, double seconds);

// Where a checkpoint goes back to. All point to what the run works with; there may be no average.
struct RunState {
  nn::Module* model;
  nn::Optimizer* optimizer;
  nn::Average* average;
  Selection* selection;
  Position at = {};
  double seconds = 0;
};

// Reads the checkpoint in that folder. Throws IoError and FormatError; then the state is none to go
// on from.
void restore(const std::string& folder, RunState& state);

}  // namespace ebb::tools
