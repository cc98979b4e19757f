// Attention of Variables: the function of tensor/sequences/attention.hpp, recorded.
#pragma once

#include <autograd/joint.hpp>
#include <tensor/sequences/attention.hpp>

namespace ebb {

// One node. Its rule weighs the keys anew, block by block, instead of keeping what all queries gave
// to all keys; only a derivative of it holds [..., n, m]. The mask has no gradient.
Variable scaled_dot_product_attention(const Variable& q, const Variable& k, const Variable& v,
                                      const AttentionOptions& options = {});

}  // namespace ebb
