#include <nn/layers/activations.hpp>

namespace ebb::nn {

Variable ReLU::operator()(const Variable& x) const { return relu(x); }
Variable LeakyReLU::operator()(const Variable& x) const { return leaky_relu(x, slope); }
Variable ELU::operator()(const Variable& x) const { return elu(x, alpha); }
Variable GELU::operator()(const Variable& x) const { return tanh ? gelu_tanh(x) : gelu(x); }
Variable SiLU::operator()(const Variable& x) const { return silu(x); }

Variable Sigmoid::operator()(const Variable& x) const { return sigmoid(x); }
Variable LogSigmoid::operator()(const Variable& x) const { return log_sigmoid(x); }
Variable Tanh::operator()(const Variable& x) const { return tanh(x); }
Variable Softplus::operator()(const Variable& x) const {
  return beta == 1 && threshold == kernels::infinity ? softplus(x) : softplus(x, beta, threshold);
}

Variable Softmax::operator()(const Variable& x) const { return softmax(x, axis); }
Variable LogSoftmax::operator()(const Variable& x) const { return log_softmax(x, axis); }

}  // namespace ebb::nn
