// Reductions of Variables: the functions of tensor/reduce.hpp, recorded.
#pragma once

#include <autograd/gradients.hpp>
#include <autograd/record.hpp>
#include <tensor/reduce.hpp>

namespace ebb {

Variable sum(const Variable& x, const Axes& axes = {}, bool keepdim = false);
Variable mean(const Variable& x, const Axes& axes = {}, bool keepdim = false);
Variable var(const Variable& x, const Axes& axes = {}, double correction = 1, bool keepdim = false);

// Its derivative is softmax(x), which is NaN where all that is summed is -infinity.
Variable logsumexp(const Variable& x, const Axes& axes = {}, bool keepdim = false);
Variable softmax(const Variable& x, const Axes& axes = -1);
Variable log_softmax(const Variable& x, const Axes& axes = -1);

// Equal extremes share the gradient. Where the result is NaN, because an element is, so is the
// gradient of every element that took part.
Variable amax(const Variable& x, const Axes& axes = {}, bool keepdim = false);
Variable amin(const Variable& x, const Axes& axes = {}, bool keepdim = false);

// Where the largest element stands has no derivative.
Tensor argmax(const Variable& x, int axis, bool keepdim = false);

}  // namespace ebb
