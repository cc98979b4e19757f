// AdamW: Adam whose weights decay apart from the gradient.
#pragma once

#include <nn/optimizers/optimizer.hpp>

namespace ebb::nn {

struct AdamWOptions {
  double learning_rate = 1e-3;
  double beta1 = 0.9, beta2 = 0.999;
  double epsilon = 1e-8;  // above 0, in the dtype of the weights, too
  double weight_decay = 1e-2;
};

// w ← w - learning_rate weight_decay w, then Adam's step, whose moments do not contain the decay:
// all weights decay alike, however large their gradients are. Loshchilov and Hutter, "Decoupled
// Weight Decay Regularization", ICLR 2019. It throws as Adam does.
class AdamW final : public Optimizer {
 public:
  // Throws Error for options out of range or parameters without numbers.
  explicit AdamW(const Parameters& parameters, const AdamWOptions& options = {});

 private:
  Refusal update(std::span<const Update> updates, double rate, double t) const override;
  AdamWOptions options_;
};

}  // namespace ebb::nn
