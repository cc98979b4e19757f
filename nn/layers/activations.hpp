// Activation functions as layers, for Sequential. Their formulas stand in tensor/elementwise.hpp,
// which comes along for the functions that one writes between them.
#pragma once

#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <limits>

namespace ebb::nn {

// What it is given.
struct Identity {
  Variable operator()(const Variable& x) const { return x; }
};

struct ReLU {
  Variable operator()(const Variable& x) const;
};
struct LeakyReLU {
  double slope = 0.01;  // for x < 0
  Variable operator()(const Variable& x) const;
};
struct ELU {
  double alpha = 1;
  Variable operator()(const Variable& x) const;
};
struct GELU {
  bool tanh = false;  // the approximation: PyTorch's approximate="tanh"
  Variable operator()(const Variable& x) const;
};
struct SiLU {
  Variable operator()(const Variable& x) const;
};

struct Sigmoid {
  Variable operator()(const Variable& x) const;
};
struct LogSigmoid {
  Variable operator()(const Variable& x) const;
};
struct Tanh {
  Variable operator()(const Variable& x) const;
};
// Exact everywhere with beta 1 and no threshold, else as softplus says.
struct Softplus {
  double beta = 1, threshold = std::numeric_limits<double>::infinity();
  Variable operator()(const Variable& x) const;
};

// Along an axis.
struct Softmax {
  int axis = -1;
  Variable operator()(const Variable& x) const;
};
struct LogSoftmax {
  int axis = -1;
  Variable operator()(const Variable& x) const;
};

}  // namespace ebb::nn
