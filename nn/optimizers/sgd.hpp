// Stochastic gradient descent, with momentum or without.
#pragma once

#include <nn/optimizers/optimizer.hpp>

namespace ebb::nn {

struct SGDOptions {
  double learning_rate = 1e-2;
  double momentum = 0;
  double weight_decay = 0;  // added to the gradient: g + weight_decay w
  bool nesterov = false;    // looks ahead to where the momentum leads; needs momentum
};

// v ← momentum v + (g + weight_decay w);  w ← w - learning_rate v. With nesterov the weight moves
// by (g + weight_decay w) + momentum v instead (Sutskever et al., "On the importance of
// initialization and momentum in deep learning", ICML 2013). A NaN or infinity in g or v appears in
// w.
class SGD final : public Optimizer {
 public:
  // Throws Error for options out of range or parameters without numbers.
  explicit SGD(const Parameters& parameters, const SGDOptions& options = {});

 private:
  Refusal update(std::span<const Update> updates, double rate, double t) const override;
  SGDOptions options_;
};

}  // namespace ebb::nn
