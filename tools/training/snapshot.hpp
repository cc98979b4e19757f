// The last known moment of a run in which all numbers were finite: to go back to and look again.
#pragma once

#include <nn/module.hpp>
#include <nn/optimizers/optimizer.hpp>
#include <nn/parts.hpp>
#include <tensor/random.hpp>
#include <tools/training/metrics.hpp>

namespace ebb::tools {

// Where a run stands between two steps, beside its weights.
struct Position {
  Random noise;            // what the model draws next
  Metrics metrics;         // of the epoch so far
  std::int64_t batch = 0;  // of the epoch
  std::int64_t steps = 0;  // of the run
};

// Model and optimizer must outlive it.
class Snapshot final {
 public:
  Snapshot(const nn::Module& model, nn::Optimizer& optimizer)
      : parts_(model), optimizer_(optimizer) {}

  // The first parameter or buffer that holds a NaN or infinity; empty where all are finite.
  std::string spoiled() const;
  void take(const Position& position);
  // Weights, buffers, optimizer and position as they were taken, bit for bit.
  Position restore();

 private:
  nn::Parts parts_;
  nn::Optimizer& optimizer_;
  std::vector<Tensor> weights_, buffers_;
  nn::OptimizerState memory_;
  Position position_;
};

}  // namespace ebb::tools
