// Attention of Variables: the function of tensor/sequences/attention.hpp, recorded.
#pragma once

#include <autograd/joint.hpp>
#include <tensor/sequences/attention.hpp>

namespace ebb {

// One node. Its rule weighs the keys anew, block by block, instead of keeping what all queries gave
// to all keys; only a derivative of it holds [..., n, m]. The mask of the options has no gradient.
Variable scaled_dot_product_attention(const Variable& q, const Variable& k, const Variable& v,
                                      const AttentionOptions& options = {});

// The same with a mask that is added to the scores and has a gradient, as a bias that is learned
// for each distance has; the walk back to it holds [..., n, m]. Error for a second one in options.
Variable scaled_dot_product_attention(const Variable& q, const Variable& k, const Variable& v,
                                      const Variable& mask, const AttentionOptions& options = {});

}  // namespace ebb
