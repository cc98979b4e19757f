// Pooling of Variables: the functions of tensor/windows/pool.hpp, recorded. Where several elements
// of a window are largest the first one gets the gradient.
#pragma once

#include <autograd/gradients.hpp>
#include <autograd/record.hpp>
#include <tensor/windows/pool.hpp>

namespace ebb {

Variable max_pool1d(const Variable& x, std::int64_t kernel,
                    const MaxPoolOptions<std::int64_t>& options = {});
Variable max_pool2d(const Variable& x, const Pair& kernel,
                    const MaxPoolOptions<Pair>& options = {});
Variable avg_pool1d(const Variable& x, std::int64_t kernel,
                    const AveragePoolOptions<std::int64_t>& options = {});
Variable avg_pool2d(const Variable& x, const Pair& kernel,
                    const AveragePoolOptions<Pair>& options = {});
Variable adaptive_avg_pool1d(const Variable& x, std::int64_t size);
Variable adaptive_avg_pool2d(const Variable& x, const Pair& size);

namespace detail {
// A linear map along rows and columns, whose derivative is the transposed one; of a signal
// [..., length] along its columns.
Variable resample(const Operation& operation, const Variable& x, bool signal, const Bands& bands);
}  // namespace detail

}  // namespace ebb
