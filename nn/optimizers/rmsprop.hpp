// RMSprop: each gradient over the root of its mean square.
#pragma once

#include <nn/optimizers/optimizer.hpp>

namespace ebb::nn {

struct RMSpropOptions {
  double learning_rate = 1e-2;
  double alpha = 0.99;    // how much of the mean square stays in a step
  double epsilon = 1e-8;  // above 0, in the dtype of the weights, too
  double momentum = 0;
  double weight_decay = 0;  // added to the gradient
  bool centered = false;    // over the deviation: the mean square less the square of the mean
};

// With g + weight_decay w for g:
//     s ← alpha s + (1 - alpha) g²;  w ← w - learning_rate g / (sqrt(s) + epsilon)
// Centered, m ← alpha m + (1 - alpha) g and s - m², at least 0, stands for s under the root. With
// momentum, v ← momentum v + g / (sqrt(s) + epsilon);  w ← w - learning_rate v. Tieleman and
// Hinton, Lecture 6.5, 2012; centered: Graves, "Generating Sequences With Recurrent Neural
// Networks", 2013. A gradient that is NaN or infinite, or whose square is, makes step throw.
class RMSprop final : public Optimizer {
 public:
  // Throws Error for options out of range or parameters without numbers.
  explicit RMSprop(const Parameters& parameters, const RMSpropOptions& options = {});

 private:
  Refusal update(std::span<const Update> updates, double rate, double t) const override;
  static std::vector<Memory> memory(const RMSpropOptions& options);
  RMSpropOptions options_;
};

}  // namespace ebb::nn
