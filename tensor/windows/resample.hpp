// Signals [n, channels, length] and images [n, channels, height, width] in another size, as
// PyTorch's `interpolate` makes them: of a given size, or of a scale_factor, with ⌊length factor⌋
// elements. New tensors. Throws ShapeError where x does not fit or a length would be 0, Error
// unless either size or scale_factor is given; DTypeError for int32.
#pragma once

#include <tensor/makers.hpp>
#include <tensor/windows/pair.hpp>

namespace ebb {

// Of an image's two axes; one number stands for both. A signal has a width alone.
struct ScaleFactor {
  ScaleFactor(double both) : ScaleFactor(both, both) {}
  ScaleFactor(double along_height, double along_width) : height(along_height), width(along_width) {}
  double height, width;
};

struct UpsampleOptions {
  Pair size = 0;
  ScaleFactor scale_factor = 0;
  bool align_corners = false;  // of nearest: nothing
};

// Output o takes input ⌊o / factor⌋, where the factor of an image's axis that stays as long as it
// was, or doubles, is 1 or 2.
//     upsample_nearest(x, {.scale_factor = 2})
Tensor upsample_nearest(const Tensor& x, const UpsampleOptions& options);

// Output o lies at (o + ½) / factor - ½ of the input, or, where corners are aligned, at
// o (length - 1) / (size - 1), and is interpolated between the two elements beside it: along a
// signal, and along both axes of an image.
Tensor upsample_linear(const Tensor& x, const UpsampleOptions& options);
Tensor upsample_bilinear(const Tensor& x, const UpsampleOptions& options);

// For those who write the derivative.
namespace detail {
struct Bands;
enum class Interpolation { nearest, linear, bilinear };
Bands upsampling(Interpolation kind, const Tensor& x, const UpsampleOptions& options);
const char* name(Interpolation kind);  // of the function
}  // namespace detail

}  // namespace ebb
