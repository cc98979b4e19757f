// How good is a model? Figures for people; losses are for gradients (nn/losses.hpp).
#pragma once

#include <autograd/tape.hpp>

namespace ebb::nn {

// The share of rows of `logits` [n, classes] whose largest element (by argmax: the first of equals)
// is that of the row's label, for int32 `labels` [n]: from 0 to 1, NaN for n = 0. Records nothing.
// Throws ShapeError where the shapes do not fit, DTypeError for other labels, Error for a label
// outside [0, classes).
[[nodiscard]] double accuracy(const Variable& logits, const Tensor& labels);

}  // namespace ebb::nn
