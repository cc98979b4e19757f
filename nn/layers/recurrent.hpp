// Layers that read a sequence step by step and remember: PyTorch's GRU and LSTM, with its names,
// shapes and defaults.
//
//     const nn::GRU gru{128, 256, {.batch_first = true}};
//     const auto [output, state] = gru(x);                    // x [batch, steps, 128]
//     const auto later = gru(more, {.state = state});         // goes on from there
//     const auto some = gru(x, {.lengths = lengths}, pass);   // sentences of several lengths
#pragma once

#include <nn/module.hpp>
#include <vector>

namespace ebb::nn {

struct RecurrentLayerOptions {
  std::int64_t layers = 1;  // each reads the output of the one before
  bool bias = true;
  bool batch_first = false;  // input and output are [batch, steps, …] instead of [steps, batch, …]
  double dropout = 0;        // of the output of each layer but the last, in a training pass
  bool bidirectional = false;  // a second one reads from the end; their outputs stand side by side
};

// Where a call begins: zeros, unless a state [layers · directions, batch, hidden] is given. lengths
// (int32 [batch]) says how many steps each example has: its state stays after them, its output is
// 0, and what stands there of the input is not looked at. It is PyTorch's packed sequence.
struct RecurrentStart {
  std::optional<Variable> state = {}, cell = {};  // a cell for LSTM alone
  std::optional<Tensor> lengths = {};
};

// The weights of one layer in one direction, as tensor/sequences/recurrent.hpp says. All start
// uniform in ±1/√hidden. Of layer 0 they are called weight_ih_l0, weight_hh_l0, bias_ih_l0 and
// bias_hh_l0, and weight_ih_l0_reverse, … in the other direction.
struct RecurrentWeights {
  RecurrentWeights(std::int64_t gates, std::int64_t in, std::int64_t hidden, bool bias);
  Parameter weight_ih, weight_hh;
  std::optional<Parameter> bias_ih, bias_hh;
};

// What both layers are: weights for each layer and direction, forward before reverse.
struct RecurrentStack {
  RecurrentStack(const char* name, std::int64_t gates, std::int64_t in, std::int64_t hidden,
                 const RecurrentLayerOptions& options);
  void visit(Visitor& v);

  const char* name;
  std::int64_t in, hidden;
  RecurrentLayerOptions options;
  std::vector<RecurrentWeights> weights;
};

// Gated recurrent units: x [steps, batch, in] or [steps, in] to an output [steps, batch, hidden ·
// directions] of the last layer and the last state of each layer and direction [layers ·
// directions, batch, hidden]. Cho et al., EMNLP 2014. Throws ShapeError where something does not
// fit.
class GRU final : public Module {
 public:
  GRU(std::int64_t input_size, std::int64_t hidden_size, const RecurrentLayerOptions& options = {});

  struct Result {
    Variable output, state;
  };
  Result operator()(const Variable& x, const RecurrentStart& start = {}) const;
  Result operator()(const Variable& x, Pass& pass) const { return (*this)(x, {}, pass); }
  Result operator()(const Variable& x, const RecurrentStart& start, Pass& pass) const;
  void visit(Visitor& v) override { stack.visit(v); }

  RecurrentStack stack;
};

// Long short-term memory: the same with a cell beside each state. Hochreiter and Schmidhuber,
// Neural Computation 1997.
class LSTM final : public Module {
 public:
  LSTM(std::int64_t input_size, std::int64_t hidden_size,
       const RecurrentLayerOptions& options = {});

  struct Result {
    Variable output, state, cell;
  };
  Result operator()(const Variable& x, const RecurrentStart& start = {}) const;
  Result operator()(const Variable& x, Pass& pass) const { return (*this)(x, {}, pass); }
  Result operator()(const Variable& x, const RecurrentStart& start, Pass& pass) const;
  void visit(Visitor& v) override { stack.visit(v); }

  RecurrentStack stack;
};

}  // namespace ebb::nn
