// Activation functions as layers, for Sequential. Their formulas stand in tensor/elementwise.hpp.
#pragma once

#include <autograd/elementwise.hpp>

namespace ebb::nn {

struct ReLU {
  Variable operator()(const Variable& x) const { return relu(x); }
};
struct Sigmoid {
  Variable operator()(const Variable& x) const { return sigmoid(x); }
};
struct Tanh {
  Variable operator()(const Variable& x) const { return tanh(x); }
};
struct Softplus {
  Variable operator()(const Variable& x) const { return softplus(x); }
};

}  // namespace ebb::nn
