// Recurrent layers of one direction: a state that goes through a sequence, step by step.
#pragma once

#include <optional>
#include <tensor/makers.hpp>

namespace ebb {

struct RecurrentOptions {
  bool reverse = false;                // from the last step to the first
  std::optional<Tensor> lengths = {};  // int32 [batch]: how many steps each example has
};

// All states of a gated recurrent unit over x [steps, batch, in]: [steps + 1, batch, hidden], new.
// The first is `state` [batch, hidden], entry t + 1 the state after step t:
//     r = σ(x Wᵢᵣᵀ + bᵢᵣ + h Wₕᵣᵀ + bₕᵣ);  z likewise;  n = tanh(x Wᵢₙᵀ + bᵢₙ + r (h Wₕₙᵀ + bₕₙ))
//     h' = (1 - z) n + z h
// weight_ih [3 hidden, in], weight_hh [3 hidden, hidden] and the biases [3 hidden] hold the gates
// r, z, n in this order, as PyTorch's do. In reverse entry t is the state after step t, and the
// last is `state`. In steps that an example does not have its state stays, and x may be anything.
// Cho et al., "Learning phrase representations using RNN encoder-decoder", EMNLP 2014. Throws
// ShapeError and DTypeError for operands that do not fit, Error for lengths below 0 or above the
// steps.
Tensor gru(const Tensor& x, const Tensor& state, const Tensor& weight_ih, const Tensor& weight_hh,
           const Tensor& bias_ih, const Tensor& bias_hh, const RecurrentOptions& options = {});

// The same of a long short-term memory, whose states are h and c: [2, steps + 1, batch, hidden],
// new.
//     i = σ(x Wᵢᵢᵀ + bᵢᵢ + h Wₕᵢᵀ + bₕᵢ);  f and o likewise;  g with tanh instead of σ
//     c' = f c + i g;  h' = o tanh(c')
// The gates are i, f, g, o in this order, so weights and biases begin with 4 hidden. Hochreiter and
// Schmidhuber, "Long short-term memory", Neural Computation 1997; Gers et al. 2000 for f.
Tensor lstm(const Tensor& x, const Tensor& state, const Tensor& cell, const Tensor& weight_ih,
            const Tensor& weight_hh, const Tensor& bias_ih, const Tensor& bias_hh,
            const RecurrentOptions& options = {});

namespace detail {

// For the derivative: a pass that keeps its gates, and the way back through it.
struct Recurrence {
  Tensor x, weight_ih, weight_hh, bias_ih, bias_hh;
  std::vector<Tensor> first;  // the state, or state and cell
  RecurrentOptions options;

  Tensor states = {}, gates = {};  // filled by run
};
void check(const char* operation, const Recurrence& of);  // throws as gru and lstm do
void run(Recurrence& of, bool keep);
// Where dstates arrives at the states y: the gradients of x, of the first states, and of weights
// and biases in the order above, as far as they are wanted.
[[nodiscard]] std::vector<Tensor> run_back(const Recurrence& of, const Tensor& y,
                                           const Tensor& dstates, const std::vector<bool>& wanted);

// [steps, batch, 1]: 1 where an example has the step, else 0. For lengths that were checked.
Tensor steps_there(std::int64_t steps, const Tensor& lengths, DType dtype);

}  // namespace detail
}  // namespace ebb
