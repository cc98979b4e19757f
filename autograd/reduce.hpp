// Reductions of Variables: the functions of tensor/reduce.hpp, recorded.
#pragma once

#include <autograd/gradients.hpp>
#include <autograd/record.hpp>
#include <tensor/reduce.hpp>

namespace ebb {

Variable sum(const Variable& x, const Axes& axes = {}, bool keepdim = false);
Variable mean(const Variable& x, const Axes& axes = {}, bool keepdim = false);
Variable var(const Variable& x, const Axes& axes = {}, double correction = 1, bool keepdim = false);

// Where it is 0, so is its derivative.
Variable std(const Variable& x, const Axes& axes = {}, double correction = 1, bool keepdim = false);

// dx = dy sign(x) (|x| / y)^(p - 1), and 0 where x or the norm is: of p = 0 everywhere. For
// infinite p, equal extremes share the gradient. (PyTorch does the same.)
Variable norm(const Variable& x, double p = 2, const Axes& axes = {}, bool keepdim = false);

// Its derivative is softmax(x), which is NaN where all that is summed is -infinity.
Variable logsumexp(const Variable& x, const Axes& axes = {}, bool keepdim = false);
Variable softmax(const Variable& x, const Axes& axes = -1);
Variable log_softmax(const Variable& x, const Axes& axes = -1);

// Equal extremes share the gradient. Where the result is NaN, because an element is, so is the
// gradient of every element that took part.
Variable amax(const Variable& x, const Axes& axes = {}, bool keepdim = false);
Variable amin(const Variable& x, const Axes& axes = {}, bool keepdim = false);

// Where the largest or smallest element stands has no derivative, nor what is not 0.
Tensor argmax(const Variable& x, int axis, bool keepdim = false);
Tensor argmin(const Variable& x, int axis, bool keepdim = false);
Tensor argmax(const Variable& x);
Tensor argmin(const Variable& x);
Tensor any(const Variable& x, const Axes& axes = {}, bool keepdim = false);
Tensor all(const Variable& x, const Axes& axes = {}, bool keepdim = false);

}  // namespace ebb
