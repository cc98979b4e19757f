// Activation functions as layers, for Sequential. Their formulas stand in tensor/elementwise.hpp.
#pragma once

#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>

namespace ebb::nn {

// What it is given.
struct Identity {
  Variable operator()(const Variable& x) const { return x; }
};

struct ReLU {
  Variable operator()(const Variable& x) const { return relu(x); }
};
struct LeakyReLU {
  double slope = 0.01;  // for x < 0
  Variable operator()(const Variable& x) const { return leaky_relu(x, slope); }
};
struct ELU {
  double alpha = 1;
  Variable operator()(const Variable& x) const { return elu(x, alpha); }
};
struct GELU {
  bool tanh = false;  // the approximation: PyTorch's approximate="tanh"
  Variable operator()(const Variable& x) const { return tanh ? gelu_tanh(x) : gelu(x); }
};
struct SiLU {
  Variable operator()(const Variable& x) const { return silu(x); }
};

struct Sigmoid {
  Variable operator()(const Variable& x) const { return sigmoid(x); }
};
struct LogSigmoid {
  Variable operator()(const Variable& x) const { return log_sigmoid(x); }
};
struct Tanh {
  Variable operator()(const Variable& x) const { return tanh(x); }
};
// Exact everywhere with beta 1 and no threshold, else as softplus says.
struct Softplus {
  double beta = 1, threshold = kernels::infinity;
  Variable operator()(const Variable& x) const {
    return beta == 1 && threshold == kernels::infinity ? softplus(x) : softplus(x, beta, threshold);
  }
};

// Along an axis.
struct Softmax {
  int axis = -1;
  Variable operator()(const Variable& x) const { return softmax(x, axis); }
};
struct LogSoftmax {
  int axis = -1;
  Variable operator()(const Variable& x) const { return log_softmax(x, axis); }
};

}  // namespace ebb::nn
