// Several heads of attention with their projections: PyTorch's MultiheadAttention, with its names,
// shapes and defaults.
#pragma once

#include <nn/layers/linear.hpp>

namespace ebb::nn {

struct MultiheadAttentionOptions {
  double dropout = 0;        // of the weights of keys, in a training pass
  bool bias = true;          // of all projections
  bool batch_first = false;  // [batch, steps, width] instead of [steps, batch, width]
};

// What a query may not see. As in PyTorch a mask of int32 says with 1 which keys are hidden (that
// of scaled_dot_product_attention says which are seen); one of floating numbers is added to the
// scores. A query that sees nothing gets the output's bias.
struct AttentionMasks {
  bool causal = false;                          // query i sees the keys 0 … i
  std::optional<Tensor> key_padding_mask = {};  // [batch, keys]
  std::optional<Tensor> attn_mask = {};  // [queries, keys] or [batch · heads, queries, keys]
};

// What later steps need of those that were read: their keys and values, projected, [batch, steps,
// width] each. No value: none were.
struct AttentionMemory {
  Variable keys, values;
  std::int64_t steps() const { return keys.rank() == 3 ? keys.size(1) : 0; }
};

// y = (heads side by side) Wₒᵀ + bₒ, each head the scaled dot product attention of its part of q
// Wᵀ, k Wᵀ and v Wᵀ (with biases). q [queries, batch, width], k and v [keys, batch, width], y as q;
// all without the axis of the batch where there is none. in_proj_weight [3 width, width] holds the
// weights of q, k and v and starts Xavier-uniform; out_proj.weight as in Linear; biases 0. Vaswani
// et al., "Attention is all you need", NeurIPS 2017. Throws ShapeError where something does not
// fit.
//     const MultiheadAttention attention{128, 4, {.batch_first = true}};
//     const Variable y = attention(x, {.causal = true});
//     const Variable z = attention(y, memory, memory, {.key_padding_mask = padding}, pass);
class MultiheadAttention final : public Module {
 public:
  MultiheadAttention(std::int64_t width, std::int64_t heads,
                     const MultiheadAttentionOptions& options = {});

  // x with itself.
  Variable operator()(const Variable& x, const AttentionMasks& masks = {}) const;
  Variable operator()(const Variable& x, Pass& pass) const { return (*this)(x, {}, pass); }
  Variable operator()(const Variable& x, const AttentionMasks& masks, Pass& pass) const;
  // x with something else.
  Variable operator()(const Variable& q, const Variable& k, const Variable& v,
                      const AttentionMasks& masks = {}) const;
  Variable operator()(const Variable& q, const Variable& k, const Variable& v,
                      const AttentionMasks& masks, Pass& pass) const;
  // x with itself, causal, in pieces: x are the steps after those in the memory, and join them.
  // Writing a text token by token then takes one step per token; without a memory each token reads
  // all tokens before it again.
  Variable next(const Variable& x, AttentionMemory& memory) const;
  void visit(Visitor& v) override;

  Parameter in_proj_weight;
  std::optional<Parameter> in_proj_bias;
  Linear out_proj;

 private:
  Variable run(const Variable& q, const Variable& k, const Variable& v, const AttentionMasks& masks,
               Pass* pass, AttentionMemory* memory = nullptr) const;
  Variable project(const Variable& x, std::int64_t which) const;

  std::int64_t width_, heads_;
  MultiheadAttentionOptions options_;
};

}  // namespace ebb::nn
