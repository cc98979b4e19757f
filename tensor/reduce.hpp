// From many elements to few: sums, means, extremes. `axes` names what goes ({} = all axes, negative
// ones count from the end); with keepdim they stay with length 1. New tensors, the same bits for
// any number of threads; ShapeError for an axis that does not exist or is named twice, DTypeError
// for int32 (argmax takes it).
#pragma once

#include <tensor/tensor.hpp>

namespace ebb {

using Axes = Shape;

Tensor sum(const Tensor& x, const Axes& axes = {}, bool keepdim = false);   // of nothing: 0
Tensor mean(const Tensor& x, const Axes& axes = {}, bool keepdim = false);  // of nothing: NaN

// The largest and the smallest element; NaN where there is one. ShapeError for no elements.
Tensor amax(const Tensor& x, const Axes& axes = {}, bool keepdim = false);
Tensor amin(const Tensor& x, const Axes& axes = {}, bool keepdim = false);

// Where along the axis the largest element stands (the first of equals; a NaN counts as largest),
// int32.
Tensor argmax(const Tensor& x, int axis, bool keepdim = false);

// The variance: the sum of squared deviations from the mean over (count - correction).
Tensor var(const Tensor& x, const Axes& axes = {}, int correction = 1, bool keepdim = false);

// log(sum(exp(x))) without overflow; -infinity of nothing.
Tensor logsumexp(const Tensor& x, const Axes& axes = {}, bool keepdim = false);

// exp(x) / sum(exp(x)) along one axis, and its logarithm; both without overflow, in x's shape.
Tensor softmax(const Tensor& x, int axis = -1);
Tensor log_softmax(const Tensor& x, int axis = -1);

// The sum over the axes that expand had to repeat to get from `shape` to x's: the result has
// `shape`.
Tensor sum_to(const Tensor& x, const Shape& shape);

// What a reduction over `axes` is about, for those who write its derivative: the axes resolved and
// in order, the shape with them at length 1, and how many elements go into one.
struct Reduction {
  Axes axes;
  Shape kept;
  std::int64_t count = 1;
};
Reduction reduction(const char* operation, const Shape& shape, const Axes& axes);

}  // namespace ebb
