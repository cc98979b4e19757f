// Convolutions of signals and images, and their transposes. Names, layouts and options are
// PyTorch's.
#pragma once

#include <string_view>
#include <tensor/tensor.hpp>
#include <tensor/windows/pair.hpp>

namespace ebb {

// How far zeros reach beyond an image: so many on each side, or "same", as many as give the result
// the length of the input (the odd one behind; for steps of 1), or "valid", none.
class Padding final {
 public:
  Padding(Pair each) : each_(each) {}
  Padding(std::int64_t along_height, std::int64_t along_width) : each_{along_height, along_width} {}
  template <std::integral Number>
  Padding(Number each) : each_(each) {}
  Padding(const char* name);  // throws Error unless it is "same" or "valid"

  bool same() const { return same_; }
  Pair each() const { return each_; }

 private:
  Pair each_ = 0;
  bool same_ = false;
};

// In one dimension each number counts once; a pair of two different ones is refused.
struct ConvolveOptions {
  Pair stride = 1;
  Padding padding = 0;
  Pair dilation = 1;        // 2: every other place under the kernel counts
  std::int64_t groups = 1;  // of channels, each of which makes its own part of the result
};

// y[n, o, i, j] = bias[o] + Σ_{c, u, v} weight[o, c, u, v] x[n, c, i s + u d - p, j s + v d - p]
// with stride s, dilation d and padding p, and x = 0 outside, for x [n, channels, height, width],
// or without n, weight [out, channels / groups, kernel height, kernel width] and bias [out]: y [n,
// out, ⌊(height + 2 p - d (kernel height - 1) - 1) / s⌋ + 1, …], new. conv1d: the same without
// height. No matrix of all windows is ever made: a row of them at a time goes through the tiles of
// the matrix product. The same bits on any number of threads. Throws ShapeError, DTypeError, Error
// for options out of range.
//     conv2d(images, weight, bias, {.stride = 2, .padding = 1})     // [8, 3, 32, 32] to 16 x 16
Tensor conv1d(const Tensor& x, const Tensor& weight, const ConvolveOptions& options = {});
Tensor conv1d(const Tensor& x, const Tensor& weight, const Tensor& bias,
              const ConvolveOptions& options = {});
Tensor conv2d(const Tensor& x, const Tensor& weight, const ConvolveOptions& options = {});
Tensor conv2d(const Tensor& x, const Tensor& weight, const Tensor& bias,
              const ConvolveOptions& options = {});

struct ConvolveTransposeOptions {
  Pair stride = 1;
  Pair padding = 0;         // of the convolution that this one turns around: it makes y smaller
  Pair output_padding = 0;  // makes y longer, at its end; below stride or dilation
  std::int64_t groups = 1;
  Pair dilation = 1;
};

// The transpose of a convolution as a matrix, its derivative by x: y[n, o, i s + u d - p, …] sums
// weight[c, o, u, v] x[n, c, i, j], for weight [channels, out / groups, kernel height, kernel
// width]; y has the height (height - 1) s - 2 p + d (kernel height - 1) + output_padding + 1.
// (Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016.) Throws as
// above.
Tensor conv_transpose1d(const Tensor& x, const Tensor& weight,
                        const ConvolveTransposeOptions& options = {});
Tensor conv_transpose1d(const Tensor& x, const Tensor& weight, const Tensor& bias,
                        const ConvolveTransposeOptions& options = {});
Tensor conv_transpose2d(const Tensor& x, const Tensor& weight,
                        const ConvolveTransposeOptions& options = {});
Tensor conv_transpose2d(const Tensor& x, const Tensor& weight, const Tensor& bias,
                        const ConvolveTransposeOptions& options = {});

}  // namespace ebb
