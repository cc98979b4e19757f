// Adam: steps of about the learning rate, whatever the scale of the gradients.
#pragma once

#include <nn/optimizers/optimizer.hpp>

namespace ebb::nn {

struct AdamOptions {
  double learning_rate = 1e-3;
  double beta1 = 0.9, beta2 = 0.999;
  double epsilon = 1e-8;    // above 0, in the dtype of the weights, too
  double weight_decay = 0;  // added to the gradient; for decay apart from it: AdamW
};

// With g + weight_decay w for g, which is L2 regularization, scaled as the gradient is:
//     m ← beta1 m + (1 - beta1) g;  s ← beta2 s + (1 - beta2) g²
//     w ← w - learning_rate m̂ / (sqrt(ŝ) + epsilon),  m̂ = m / (1 - beta1^t), ŝ = s / (1 - beta2^t)
// in step t = 1, 2, …. Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015. A
// gradient that is NaN or infinite, or so large that (1 - beta2) g² is (5.8e20 in float32), makes
// step throw.
class Adam final : public Optimizer {
 public:
  // Throws Error for options out of range or parameters without numbers.
  explicit Adam(const Parameters& parameters, const AdamOptions& options = {});

 private:
  Refusal update(std::span<const Update> updates, double rate, double t) const override;
  AdamOptions options_;
};

}  // namespace ebb::nn
