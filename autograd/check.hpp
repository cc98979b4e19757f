// Is a derivative right? Compare it with what finite differences say.
#pragma once

#include <autograd/gradients.hpp>

namespace ebb {

// The checker's verdict: the message names the input, the place, and both values.
struct GradientError final : Error {
  using Error::Error;
};

struct CheckOptions {
  int order = 1;       // 2 checks the derivatives of the derivatives as well, and so on
  double step = 1e-5;  // of the central difference, times the largest of 1 and |x|
  double tolerance =
      1e-6;            // allowed |difference| / max(1, |derivative|); 30 times it from order 2 on
  int directions = 4;  // random directions in the space of all inputs
  int elements = 64;   // elements of each input that are checked one by one; all if there are fewer
  std::uint64_t seed = 1;
};

using Function = std::function<Variable(std::span<const Variable> inputs)>;

// Compares the gradients of f at `inputs` (float64) with central differences, along random
// directions and element by element. f may return any shape; it is weighed with random numbers and
// summed, so no error can hide in a sum. Throws GradientError where they differ, DTypeError where
// an input is not float64. f must be differentiable near the inputs: keep away from kinks.
//     check_gradients([](auto x) { return tanh(x[0]) * x[1]; }, {a, b}, {.order = 2});
void check_gradients(const Function& f, const std::vector<Tensor>& inputs,
                     const CheckOptions& options = {});

}  // namespace ebb
