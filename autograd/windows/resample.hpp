// Signals and images of Variables in another size: the functions of tensor/windows/resample.hpp,
// recorded.
#pragma once

#include <autograd/gradients.hpp>
#include <autograd/record.hpp>
#include <tensor/windows/resample.hpp>

namespace ebb {

Variable upsample_nearest(const Variable& x, const UpsampleOptions& options);
Variable upsample_linear(const Variable& x, const UpsampleOptions& options);
Variable upsample_bilinear(const Variable& x, const UpsampleOptions& options);

}  // namespace ebb
