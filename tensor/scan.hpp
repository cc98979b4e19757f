// What is computed along an axis, step by step: running sums, and products.
#pragma once

#include <tensor/reduce.hpp>

namespace ebb {

// y[i] = x[0] + … + x[i] along the axis, or x[i] + … + x[n - 1] in reverse, which is its
// derivative. New, in x's shape and dtype; float32 is summed in float64 and rounded once for each
// element. A scalar stays what it is. Error where int32 cannot hold a sum.
Tensor cumsum(const Tensor& x, int axis, bool reverse = false);

// The product over the axes, by the rules of tensor/reduce.hpp; of nothing: 1. Error where int32
// cannot hold it.
Tensor prod(const Tensor& x, const Axes& axes = {}, bool keepdim = false);

namespace detail {
// In x's shape, for each element the product of the others that go into one product with it: the
// slope of prod. Right where some are 0.
Tensor product_of_others(const Tensor& x, const Axes& axes);
}  // namespace detail

}  // namespace ebb
