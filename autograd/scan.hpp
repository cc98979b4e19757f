// Running sums and products of Variables: the functions of tensor/scan.hpp, recorded.
#pragma once

#include <autograd/gradients.hpp>
#include <autograd/record.hpp>
#include <tensor/scan.hpp>

namespace ebb {

// Its derivative is the running sum from the other end.
Variable cumsum(const Variable& x, int axis, bool reverse = false);

// Each element's slope is the product of the others, right also where some are 0, in any order.
Variable prod(const Variable& x, const Axes& axes = {}, bool keepdim = false);

}  // namespace ebb
