// Parts of Variables, joined and chosen: the functions of tensor/parts.hpp, recorded. The
// derivative of each stands beside it.
#pragma once

#include <autograd/gradients.hpp>
#include <autograd/record.hpp>
#include <tensor/parts.hpp>

namespace ebb {

Variable cat(const std::vector<Variable>& parts, int axis = 0);
Variable stack(const std::vector<Variable>& parts, int axis = 0);

// Each is the other's derivative: what is read forward is added to backward.
Variable index_select(const Variable& x, int axis, const Tensor& index);
Variable index_add(const Variable& x, int axis, const Tensor& index, std::int64_t length);
Variable gather(const Variable& x, int axis, const Tensor& index);
Variable scatter_add(const Variable& x, int axis, const Tensor& index, std::int64_t length);

// And so are these: what is cut out forward is put back among zeros.
Variable slice(const Variable& x, int axis, std::int64_t start, std::int64_t stop,
               std::int64_t step = 1);
Variable unslice(const Variable& x, int axis, std::int64_t start, std::int64_t step,
                 std::int64_t length);

}  // namespace ebb
