#include <autograd/windows/convolve.hpp>
#include <cmath>
#include <nn/layers/convolution.hpp>
#include <nn/start.hpp>
#include <nn/within.hpp>

namespace ebb::nn {
namespace {

// The second axis of the weight: the channels of a group.
std::int64_t per_group(const char* layer, std::int64_t channels, std::int64_t others,
                       std::int64_t groups) {
  if (groups < 1 || channels % groups != 0 || others % groups != 0)
    throw ShapeError(text(layer, ": ", groups, " groups of ", channels, " and of ", others,
                          " channels; try a number that divides both"));
  return channels / groups;
}

Start start_of(const Shape& weight) {
  const std::int64_t inputs = weight[0] == 0 ? 0 : weight.count() / weight[0];
  return uniform(inputs > 0 ? 1 / std::sqrt(static_cast<double>(inputs)) : 0);
}

ConvolveOptions options_of(const ConvOptions& options) {
  return {options.stride, options.padding, options.dilation, options.groups};
}
ConvolveTransposeOptions options_of(const ConvTransposeOptions& options) {
  return {options.stride, options.padding, options.output_padding, options.groups,
          options.dilation};
}

// f(x, weight, bias, options), or without bias.
template <class F, class Options>
Variable run(const ConvolutionLayer& layer, const Variable& x, const Options& options, const F& f) {
  return within(layer, [&] {
    const Variable weight = layer.weight;
    return layer.bias ? f(x, weight, Variable(*layer.bias), options) : f(x, weight, options);
  });
}

}  // namespace

ConvolutionLayer::ConvolutionLayer(const Shape& weight_shape, std::int64_t out, bool with_bias)
    : weight(weight_shape, {start_of(weight_shape)}) {
  if (with_bias) bias.emplace(Shape{out}, ParameterOptions{start_of(weight_shape)});
}

void ConvolutionLayer::visit(Visitor& v) {
  v("weight", weight);
  v("bias", bias);
}

Conv1d::Conv1d(std::int64_t in, std::int64_t out, std::int64_t kernel, const ConvOptions& options)
    : ConvolutionLayer({out, per_group("conv1d", in, out, options.groups), kernel}, out,
                       options.bias),
      options_(options_of(options)) {}

Variable Conv1d::operator()(const Variable& x) const {
  return run(*this, x, options_, [](const auto&... all) { return conv1d(all...); });
}

Conv2d::Conv2d(std::int64_t in, std::int64_t out, Pair kernel, const ConvOptions& options)
    : ConvolutionLayer(
          {out, per_group("conv2d", in, out, options.groups), kernel.height, kernel.width}, out,
          options.bias),
      options_(options_of(options)) {}

Variable Conv2d::operator()(const Variable& x) const {
  return run(*this, x, options_, [](const auto&... all) { return conv2d(all...); });
}

ConvTranspose1d::ConvTranspose1d(std::int64_t in, std::int64_t out, std::int64_t kernel,
                                 const ConvTransposeOptions& options)
    : ConvolutionLayer({in, per_group("conv_transpose1d", out, in, options.groups), kernel}, out,
                       options.bias),
      options_(options_of(options)) {}

Variable ConvTranspose1d::operator()(const Variable& x) const {
  return run(*this, x, options_, [](const auto&... all) { return conv_transpose1d(all...); });
}

ConvTranspose2d::ConvTranspose2d(std::int64_t in, std::int64_t out, Pair kernel,
                                 const ConvTransposeOptions& options)
    : ConvolutionLayer(
          {in, per_group("conv_transpose2d", out, in, options.groups), kernel.height, kernel.width},
          out, options.bias),
      options_(options_of(options)) {}

Variable ConvTranspose2d::operator()(const Variable& x) const {
  return run(*this, x, options_, [](const auto&... all) { return conv_transpose2d(all...); });
}

}  // namespace ebb::nn
