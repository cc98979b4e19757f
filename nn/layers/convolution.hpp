// Convolutions of signals and images, and their transposes, as layers of the functions in
// autograd/windows/convolve.hpp. Names, layouts and beginnings are PyTorch's.
#pragma once

#include <nn/module.hpp>
#include <tensor/windows/convolve.hpp>

namespace ebb::nn {

// What the four layers share. The weight and the bias start uniform in ±1/√(all of weight[0]), as
// PyTorch's do (He et al., ICCV 2015, with a gain of 1/√3).
class ConvolutionLayer : public Module {
 public:
  void visit(Visitor& v) override;

  Parameter weight;
  std::optional<Parameter> bias;  // [out]; empty where there is none

 protected:
  ConvolutionLayer(const Shape& weight_shape, std::int64_t out, bool with_bias);
};

struct ConvOptions {
  Pair stride = 1;
  Padding padding = 0;  // or "same", "valid"
  Pair dilation = 1;
  std::int64_t groups = 1;
  bool bias = true;
};

// y = conv1d(x, weight, bias, options) for x [n, in, length] or [in, length], weight [out, in /
// groups, kernel]. The constructors throw ShapeError where groups do not divide the channels; the
// call where x does not fit.
class Conv1d final : public ConvolutionLayer {
 public:
  Conv1d(std::int64_t in, std::int64_t out, std::int64_t kernel, const ConvOptions& options = {});
  Variable operator()(const Variable& x) const;

 private:
  ConvolveOptions options_;
};

// y = conv2d(x, weight, bias, options) for x [n, in, height, width] or [in, height, width], weight
// [out, in / groups, kernel height, kernel width].
//     Conv2d halve{1, 32, 4, {.stride = 2, .padding = 1}};  // [n, 1, 28, 28] to [n, 32, 14, 14]
class Conv2d final : public ConvolutionLayer {
 public:
  Conv2d(std::int64_t in, std::int64_t out, Pair kernel, const ConvOptions& options = {});
  Variable operator()(const Variable& x) const;

 private:
  ConvolveOptions options_;
};

struct ConvTransposeOptions {
  Pair stride = 1, padding = 0, output_padding = 0;
  std::int64_t groups = 1;
  bool bias = true;
  Pair dilation = 1;
};

// y = conv_transpose1d(x, weight, bias, options) for x [n, in, length] or [in, length], weight [in,
// out / groups, kernel].
class ConvTranspose1d final : public ConvolutionLayer {
 public:
  ConvTranspose1d(std::int64_t in, std::int64_t out, std::int64_t kernel,
                  const ConvTransposeOptions& options = {});
  Variable operator()(const Variable& x) const;

 private:
  ConvolveTransposeOptions options_;
};

// y = conv_transpose2d(x, weight, bias, options) for x [n, in, height, width] or [in, height,
// width], weight [in, out / groups, kernel height, kernel width].
//     ConvTranspose2d twice{64, 32, 4, {.stride = 2, .padding = 1}};  // 7 x 7 to 14 x 14
class ConvTranspose2d final : public ConvolutionLayer {
 public:
  ConvTranspose2d(std::int64_t in, std::int64_t out, Pair kernel,
                  const ConvTransposeOptions& options = {});
  Variable operator()(const Variable& x) const;

 private:
  ConvolveTransposeOptions options_;
};

}  // namespace ebb::nn
