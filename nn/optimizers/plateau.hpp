// A learning rate that falls where a metric no longer does.
#pragma once

#include <cstdint>
#include <tensor/tensor.hpp>

namespace ebb::nn {

struct PlateauOptions {
  double factor = 0.1;         // what it is multiplied with, from 0 to below 1
  std::int64_t patience = 10;  // how many metrics in a row may be no better
  double threshold = 1e-4;     // better is below best - threshold |best|
  std::int64_t cooldown = 0;   // how many metrics after a fall do not count
  double smallest = 0;         // the factor falls no further
  bool maximize = false;       // better is above best + threshold |best|: an accuracy
};

// A small value: copy it to go back to it. As PyTorch's ReduceLROnPlateau, but for metrics below 0,
// which need as large a step there. Measure the metric on
// examples that the model does not learn from.
//     nn::Plateau plateau{{.patience = 5}};
//     adam.set_learning_rate(1e-3 * plateau.see(validation_loss));  // after each epoch
class Plateau final {
 public:
  // Throws Error for options out of range.
  explicit Plateau(const PlateauOptions& options = {});

  // The factor of the learning rate from now on. NaN never counts as better.
  double see(double metric);
  double factor() const { return factor_; }

  // Four numbers for a file; restore takes them back, and throws Error for what is no such state.
  Tensor state() const;
  void restore(const Tensor& state);

 private:
  PlateauOptions options_;
  double factor_ = 1, best_;
  std::int64_t waited_ = 0, cooling_ = 0;
};

}  // namespace ebb::nn
