// Views of Variables: the functions of tensor/views.hpp, recorded. Each one's derivative puts the
// gradient back under the shape of the input.
#pragma once

#include <autograd/gradients.hpp>
#include <autograd/record.hpp>
#include <tensor/makers.hpp>
#include <tensor/views.hpp>

namespace ebb {

Variable reshape(const Variable& x, const Shape& shape);
Variable transpose(const Variable& x, int a = -2, int b = -1);
Variable permute(const Variable& x, const Shape& order);
Variable squeeze(const Variable& x, int axis);
Variable unsqueeze(const Variable& x, int axis);

// Each is the other's derivative: what is repeated forward is summed backward.
Variable expand(const Variable& x, const Shape& shape);
Variable sum_to(const Variable& x, const Shape& shape);

// The value alone, as a constant: no gradient goes through it.
inline Variable detach(const Variable& x) { return x.value(); }

// In another dtype; no derivative flows through int32.
Variable cast(const Variable& x, DType dtype);

}  // namespace ebb
