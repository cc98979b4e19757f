// Attention: each query takes a mean of the values, weighted by how well it fits their keys.
#pragma once

#include <optional>
#include <tensor/makers.hpp>
#include <tensor/random.hpp>

namespace ebb {

struct AttentionOptions {
  bool causal = false;               // query i sees the keys 0 … i
  std::optional<Tensor> mask = {};   // int32: 0 where a key is not seen; else added to the scores
  std::optional<double> scale = {};  // none: 1 / √d
  double dropout = 0;                // the share of the weights that become 0,
  Random noise = {};                 // where rand([..., n, m], noise) is below it
};

// y = softmax(scale q kᵀ + mask) v for q [..., n, d], k [..., m, d], v [..., m, e] and a mask that
// fits [..., n, m]: y [..., n, e], new, in q's memory order. Leading axes broadcast. A query that
// sees no key gets 0, as PyTorch's does. With dropout the other weights are divided by 1 - dropout.
// The scores are held for a block of queries at a time, so that memory grows with m, not with n m.
// The same bits for any number of threads. Throws ShapeError for operands that do not fit,
// DTypeError for int32 or two dtypes, Error unless 0 <= dropout < 1. Vaswani et al., "Attention is
// all you need", NeurIPS 2017.
Tensor scaled_dot_product_attention(const Tensor& q, const Tensor& k, const Tensor& v,
                                    const AttentionOptions& options = {});

namespace detail {

// For the derivative: operands that were checked, under their common leading axes.
struct Attention {
  Tensor q, k, v;
  Tensor bias;  // what the mask adds, under the shape of the scores; without a value: nothing
  bool causal;
  double scale, dropout;
  Random noise;
};
Attention attention(const Tensor& q, const Tensor& k, const Tensor& v,
                    const AttentionOptions& options);
Tensor attend(const Attention& of);
// The gradients of q, k and v, each in its memory order, as far as they are wanted.
[[nodiscard]] std::vector<Tensor> attend_back(const Attention& of, const Tensor& dy,
                                              const std::vector<bool>& wanted);
// What is added to the scores in all, -infinity where causal hides a key: for the definition.
Tensor whole_bias(const Attention& of);  // [..., n, m]

}  // namespace detail
}  // namespace ebb
