// Normalizations of Variables: the functions of tensor/normalize.hpp, recorded. An empty Variable
// stands for no weight or no bias; running means and variances are constants.
#pragma once

#include <autograd/gradients.hpp>
#include <autograd/record.hpp>
#include <tensor/normalize.hpp>

namespace ebb {

//     layer_norm(x, {64}, weight, bias)                                    // x [..., 64]
Variable layer_norm(const Variable& x, const Shape& normalized_shape, const Variable& weight = {},
                    const Variable& bias = {}, double epsilon = 1e-5);
Variable group_norm(const Variable& x, std::int64_t groups, const Variable& weight = {},
                    const Variable& bias = {}, double epsilon = 1e-5);
Variable instance_norm(const Variable& x, const Tensor& running_mean = {},
                       const Tensor& running_var = {}, const Variable& weight = {},
                       const Variable& bias = {}, const InstanceNormOptions& options = {});
//     batch_norm(x, {}, {}, weight, bias, {.training = true})              // x [n, channels, ...]
Variable batch_norm(const Variable& x, const Tensor& running_mean, const Tensor& running_var,
                    const Variable& weight = {}, const Variable& bias = {},
                    const BatchNormOptions& options = {});

}  // namespace ebb
