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
Variable scatter_add(const Variable& base, int axis, const Tensor& index, const Variable& x);

// Its derivative is one index_add, in which padding adds nothing.
Variable embedding(const Variable& weight, const Tensor& index,
                   const EmbeddingOptions& options = {});

// And so are these: what is cut out forward is put back among zeros.
Variable slice(const Variable& x, int axis, std::int64_t start, std::int64_t stop = the_end,
               std::int64_t step = 1);
Variable unslice(const Variable& x, int axis, std::int64_t start, std::int64_t step,
                 std::int64_t length);

// These are their own derivatives, but that repeat sums what was repeated.
Variable flip(const Variable& x, const Axes& axes);
Variable repeat(const Variable& x, const Shape& times);
Variable tril(const Variable& x, std::int64_t diagonal = 0);
Variable triu(const Variable& x, std::int64_t diagonal = 0);

// The derivative of constant padding cuts off what was added, and pads where x was cut; the other
// modes are index_select along each axis.
Variable pad(const Variable& x, const std::vector<std::int64_t>& sizes,
             const PadOptions& options = {});

}  // namespace ebb
