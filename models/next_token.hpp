// The token that follows: drawn from a model's logits, for texts and for sequences of codes alike.
#pragma once

#include <tensor/tensor.hpp>

namespace ebb {
struct Random;
}

namespace ebb::models {

// One token for each row of logits [n, c]: int32 [n]. Logits are divided by the temperature, at
// least 0; below 1e-6 nothing is drawn, and the token is the most probable one. Only the most
// probable tokens that make up top_p, in (0, 1], are drawn: the nucleus, see text/writing.hpp. All
// tokens are alike where logits are NaN, as those of a model that diverged.
Tensor next_tokens(const Tensor& logits, Random& noise, double temperature = 1, double top_p = 1);

}  // namespace ebb::models
