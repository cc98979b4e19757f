// The logarithm of the probability of labels, as a Variable: the function of tensor/labels.hpp,
// recorded.
#pragma once

#include <autograd/tape.hpp>
#include <tensor/labels.hpp>

namespace ebb {

// squeeze(gather(log_softmax(x, -1), -1, unsqueeze(labels, -1)), -1), to the bit where rows are
// short, in two passes over x: one here, one in the derivative.
Variable log_softmax_at(const Variable& x, const Tensor& labels);

}  // namespace ebb
