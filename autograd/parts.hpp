// Joining and choosing parts of Variables: the functions of tensor/parts.hpp, recorded.
#pragma once

#include <autograd/gradients.hpp>
#include <tensor/parts.hpp>

namespace ebb {

Variable cat(const std::vector<Variable>& parts, int axis = 0);
Variable stack(const std::vector<Variable>& parts, int axis = 0);

// Each is the other's derivative: what is read forward is added to backward.
Variable index_select(const Variable& x, int axis, const Tensor& index);
Variable index_add(const Variable& x, int axis, const Tensor& index, std::int64_t length);

// The derivative of slice, and slice its own.
Variable unslice(const Variable& x, int axis, std::int64_t start, std::int64_t step,
                 std::int64_t length);

}  // namespace ebb
