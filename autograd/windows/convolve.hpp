// Convolutions of Variables: the functions of tensor/windows/convolve.hpp, recorded. A convolution,
// its transpose and the gradient of its weight are each other's derivatives, to any order.
#pragma once

#include <autograd/gradients.hpp>
#include <autograd/record.hpp>
#include <tensor/windows/convolve.hpp>

namespace ebb {

Variable conv1d(const Variable& x, const Variable& weight, const ConvolveOptions& options = {});
Variable conv1d(const Variable& x, const Variable& weight, const Variable& bias,
                const ConvolveOptions& options = {});
Variable conv2d(const Variable& x, const Variable& weight, const ConvolveOptions& options = {});
Variable conv2d(const Variable& x, const Variable& weight, const Variable& bias,
                const ConvolveOptions& options = {});

Variable conv_transpose1d(const Variable& x, const Variable& weight,
                          const ConvolveTransposeOptions& options = {});
Variable conv_transpose1d(const Variable& x, const Variable& weight, const Variable& bias,
                          const ConvolveTransposeOptions& options = {});
Variable conv_transpose2d(const Variable& x, const Variable& weight,
                          const ConvolveTransposeOptions& options = {});
Variable conv_transpose2d(const Variable& x, const Variable& weight, const Variable& bias,
                          const ConvolveTransposeOptions& options = {});

}  // namespace ebb
