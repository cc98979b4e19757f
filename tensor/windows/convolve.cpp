#include <tensor/views.hpp>
#include <tensor/windows/arguments.hpp>

namespace ebb {
namespace {

template <class Options>
Tensor run(const char* operation, int axes, const Tensor& x, const Tensor& weight,
           const Tensor* bias, const Options& options) {
  const detail::ConvolutionCall call = detail::call_of(operation, axes, x, weight, bias, options);
  const auto product =
      std::is_same_v<Options, ConvolveOptions> ? detail::convolve : detail::convolve_back;
  return reshape(
      product(reshape(x, call.input), reshape(weight, call.weight), bias, call.convolution),
      call.result);
}

}  // namespace

Tensor conv1d(const Tensor& x, const Tensor& weight, const ConvolveOptions& options) {
  return run("conv1d", 1, x, weight, nullptr, options);
}
Tensor conv1d(const Tensor& x, const Tensor& weight, const Tensor& bias,
              const ConvolveOptions& options) {
  return run("conv1d", 1, x, weight, &bias, options);
}
Tensor conv2d(const Tensor& x, const Tensor& weight, const ConvolveOptions& options) {
  return run("conv2d", 2, x, weight, nullptr, options);
}
Tensor conv2d(const Tensor& x, const Tensor& weight, const Tensor& bias,
              const ConvolveOptions& options) {
  return run("conv2d", 2, x, weight, &bias, options);
}

Tensor conv_transpose1d(const Tensor& x, const Tensor& weight,
                        const ConvolveTransposeOptions& options) {
  return run("conv_transpose1d", 1, x, weight, nullptr, options);
}
Tensor conv_transpose1d(const Tensor& x, const Tensor& weight, const Tensor& bias,
                        const ConvolveTransposeOptions& options) {
  return run("conv_transpose1d", 1, x, weight, &bias, options);
}
Tensor conv_transpose2d(const Tensor& x, const Tensor& weight,
                        const ConvolveTransposeOptions& options) {
  return run("conv_transpose2d", 2, x, weight, nullptr, options);
}
Tensor conv_transpose2d(const Tensor& x, const Tensor& weight, const Tensor& bias,
                        const ConvolveTransposeOptions& options) {
  return run("conv_transpose2d", 2, x, weight, &bias, options);
}

}  // namespace ebb
