// What the arguments of a convolution mean: its products' shapes, whatever the axes. For tensor/
// and autograd/ alone.
#pragma once

#include <tensor/windows/convolve.hpp>
#include <tensor/windows/products.hpp>

namespace ebb::detail {

// The shapes under which a product sees what was given, and the result that was asked for.
struct ConvolutionCall {
  Convolution convolution;
  Shape input, weight, result;
};

// `axes` is 1 or 2; bias may be nullptr. They throw what the public functions do.
ConvolutionCall call_of(const char* operation, int axes, const Tensor& x, const Tensor& weight,
                        const Tensor* bias, const ConvolveOptions& options);
ConvolutionCall call_of(const char* operation, int axes, const Tensor& x, const Tensor& weight,
                        const Tensor* bias, const ConvolveTransposeOptions& options);

}  // namespace ebb::detail
