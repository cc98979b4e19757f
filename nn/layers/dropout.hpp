// Dropout: noise while a model learns, so that no unit relies on a single other one.
#pragma once

#include <autograd/tape.hpp>

namespace ebb::nn {

struct Pass;  // nn/pass.hpp

// In a training pass each element is 0 with probability p, else x / (1 - p), so that the mean
// stays; drawn from pass.noise, one number per element. In other passes, and without one, y = x. A
// dropped element is 0 even where x is infinite or NaN. Throws Error unless 0 <= p < 1. Srivastava
// et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 2014.
//     Sequential net{Linear{784, 256}, ReLU{}, Dropout{0.5}, Linear{256, 10}};
class Dropout final {
 public:
  explicit Dropout(double probability = 0.5);

  Variable operator()(const Variable& x) const { return x; }
  Variable operator()(const Variable& x, Pass& pass) const;

 private:
  double probability_;
};

}  // namespace ebb::nn
