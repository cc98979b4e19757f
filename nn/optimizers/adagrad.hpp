// Adagrad: each gradient over the root of the sum of its squares so far.
#pragma once

#include <nn/optimizers/optimizer.hpp>

namespace ebb::nn {

struct AdagradOptions {
  double learning_rate = 1e-2;
  double learning_rate_decay = 0;  // step t takes learning_rate / (1 + (t - 1) learning_rate_decay)
  double weight_decay = 0;         // added to the gradient
  double first_sum = 0;            // the sum of squares before the first step
  double epsilon = 1e-10;          // above 0, in the dtype of the weights, too
};

// s ← s + g²;  w ← w - learning_rate g / (sqrt(s) + epsilon), with g + weight_decay w for g. Duchi,
// Hazan and Singer, "Adaptive Subgradient Methods for Online Learning", JMLR 12, 2011. A gradient
// that is NaN or infinite, or whose square is, makes step throw.
class Adagrad final : public Optimizer {
 public:
  // Throws Error for options out of range or parameters without numbers.
  explicit Adagrad(const Parameters& parameters, const AdagradOptions& options = {});

 private:
  Refusal update(std::span<const Update> updates, double rate, double t) const override;
  AdagradOptions options_;
};

}  // namespace ebb::nn
