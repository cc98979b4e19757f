// The last known moment of a run in which all numbers were finite: to go back to and look again.
#pragma once

#include <nn/files/safetensors.hpp>
#include <nn/module.hpp>
#include <nn/optimizers/average.hpp>
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

// A copy of a model's numbers, parameters and buffers, to go back to bit for bit. The model must
// outlive it.
class Numbers final {
 public:
  explicit Numbers(const nn::Module& model) : parts_(model) {}

  const nn::Parts& parts() const { return parts_; }
  bool taken() const { return taken_; }
  void take();
  void restore() const;  // what was taken; nothing where nothing was
  // What was taken, under the names of the parts: the tensors share it, and the next take makes new
  // ones. from_tensors takes it back; FormatError, before anything has changed, where it is another
  // model's.
  nn::NamedTensors to_tensors() const;
  void from_tensors(const nn::NamedTensors& tensors);

 private:
  nn::Parts parts_;
  bool taken_ = false;
  std::vector<Tensor> weights_, buffers_;
};

// Model, optimizer and average, if there is one, must outlive it.
class Snapshot final {
 public:
  Snapshot(const nn::Module& model, nn::Optimizer& optimizer, nn::Average* average = nullptr)
      : numbers_(model), optimizer_(optimizer), average_(average) {}

  // The first parameter or buffer that holds a NaN or infinity; empty where all are finite.
  std::string spoiled() const;
  void take(const Position& position);
  // Weights, buffers, optimizer, average and position as they were taken, bit for bit.
  Position restore();

  // What was taken, for a file; shared as Numbers does.
  const Numbers& numbers() const { return numbers_; }
  nn::NamedTensors memory() const;  // of optimizer and average
  const Position& position() const { return position_; }

 private:
  Numbers numbers_;
  nn::Optimizer& optimizer_;
  nn::Average* average_;
  nn::OptimizerState memory_, mean_;
  Position position_;
};

}  // namespace ebb::tools
