// Other looks at the same elements. Each function returns a view: it shares x's storage and costs
// no time (reshape alone must copy where strides cannot say what is asked).
#pragma once

#include <tensor/tensor.hpp>

namespace ebb {

// The elements in row-major order under another shape with as many elements; one length may be -1.
Tensor reshape(const Tensor& x, const Shape& shape);

// Axes a and b change places; without them the last two. A scalar counts as one with an axis 0.
Tensor transpose(const Tensor& x, int a = -2, int b = -1);

// Axis i of the result is axis order[i] of x; order names each axis once.
Tensor permute(const Tensor& x, const Shape& order);

// x repeated to a larger shape by strides of 0: lengths of 1 and missing leading axes repeat. A
// length of -1 stays what it is in x.
Tensor expand(const Tensor& x, const Shape& shape);

Tensor squeeze(const Tensor& x, int axis);    // drops an axis of length 1
Tensor unsqueeze(const Tensor& x, int axis);  // adds an axis of length 1 before `axis`

}  // namespace ebb
