// A layer of a transformer: PyTorch's TransformerEncoderLayer, with its names, shapes and defaults.
#pragma once

#include <nn/layers/activations.hpp>
#include <nn/layers/attention.hpp>
#include <nn/layers/dropout.hpp>
#include <nn/layers/normalization.hpp>
#include <nn/sequential.hpp>

namespace ebb::nn {

struct TransformerEncoderOptions {
  std::int64_t feedforward = 2048;  // the width between linear1 and linear2
  double dropout = 0.1;             // of the weights of keys, of both branches and between linears
  Layer activation = ReLU{};        // between linear1 and linear2
  double epsilon = 1e-5;            // of the normalizations
  bool batch_first = false;         // [batch, steps, width] instead of [steps, batch, width]
  bool norm_first = false;          // normalize what goes into a branch, not what comes out
  bool bias = true;
};

// Two branches, each added to what it reads: attention of x with itself, then linear2 of activation
// of linear1.
//     x ← norm1(x + attention(x));  y = norm2(x + feed(x))
// With norm_first x + attention(norm1(x)), then x + feed(norm2(x)). Dropout in a training pass
// alone. Vaswani et al., "Attention is all you need", NeurIPS 2017; norm_first: Xiong et al., ICML
// 2020.
//     const TransformerEncoderLayer layer{128, 4, {.feedforward = 512, .batch_first = true}};
//     const Variable y = layer(x, {.causal = true}, pass);
class TransformerEncoderLayer final : public Module {
 public:
  TransformerEncoderLayer(std::int64_t width, std::int64_t heads,
                          const TransformerEncoderOptions& options = {});

  Variable operator()(const Variable& x, const AttentionMasks& masks = {}) const;
  Variable operator()(const Variable& x, Pass& pass) const { return (*this)(x, {}, pass); }
  Variable operator()(const Variable& x, const AttentionMasks& masks, Pass& pass) const;
  // Causal, in pieces: x are the steps after those in the memory, and join them.
  Variable next(const Variable& x, AttentionMemory& memory) const;
  void visit(Visitor& v) override;

  MultiheadAttention self_attn;
  Linear linear1, linear2;
  LayerNorm norm1, norm2;

 private:
  template <class Attend>
  Variable run(const Variable& x, const Attend& attend, Pass* pass = nullptr) const;

  Layer activation_;
  Dropout dropout_;
  bool norm_first_;
};

}  // namespace ebb::nn
