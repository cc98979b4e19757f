// Lion: steps of one length, in the direction of a sign.
#pragma once

#include <nn/optimizers/optimizer.hpp>

namespace ebb::nn {

struct LionOptions {
  double learning_rate = 1e-4;
  double beta1 = 0.9, beta2 = 0.99;
  double weight_decay = 0;  // apart from the gradient
};

// w ← w - learning_rate (sign(beta1 m + (1 - beta1) g) + weight_decay w);
// m ← beta2 m + (1 - beta2) g. Half of Adam's memory; it wants a third to a tenth of Adam's
// learning rate. Chen et al., "Symbolic Discovery of Optimization Algorithms", 2023. A gradient
// that is NaN or infinite makes step throw.
class Lion final : public Optimizer {
 public:
  // Throws Error for options out of range or parameters without numbers.
  explicit Lion(const Parameters& parameters, const LionOptions& options = {});

 private:
  Refusal update(std::span<const Update> updates, double rate, double t) const override;
  LionOptions options_;
};

}  // namespace ebb::nn
