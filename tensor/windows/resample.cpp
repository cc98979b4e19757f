#include <algorithm>
#include <cmath>
#include <tensor/common/require_value.hpp>
#include <tensor/views.hpp>
#include <tensor/windows/band.hpp>
#include <tensor/windows/pool.hpp>
#include <tensor/windows/resample.hpp>

namespace ebb {
namespace detail {
namespace {

// Along one axis; a factor of 0 was not given.
struct Axis {
  std::int64_t in, out;
  double factor;
  double step() const {
    return factor > 0 ? 1 / factor : static_cast<double>(in) / static_cast<double>(out);
  }
};

// PyTorch computes in the tensor's dtype, and takes the last step in float32. Where a length of an
// image stays or doubles it forgets the factor.
Band nearest(const Axis& axis, bool single, bool signal) {
  Band band(axis.in, axis.out, 1);
  const bool forgets = !signal && (axis.out == axis.in || axis.out == 2 * axis.in);
  const double step = (forgets ? Axis{axis.in, axis.out, 0} : axis).step();
  for (std::int64_t o = 0; o < axis.out; ++o) {
    const float at = single ? static_cast<float>(step) * static_cast<float>(o)
                            : static_cast<float>(step * static_cast<double>(o));
    band.set(o, std::min(static_cast<std::int64_t>(at), axis.in - 1), 1, 1);
  }
  return band;
}

Band linear(const Axis& axis, bool align_corners) {
  if (axis.in == axis.out) return Band::identity(axis.in);
  Band band(axis.in, axis.out, 2);
  const double step = !align_corners ? axis.step()
                      : axis.out > 1
                          ? static_cast<double>(axis.in - 1) / static_cast<double>(axis.out - 1)
                          : 0;
  for (std::int64_t o = 0; o < axis.out; ++o) {
    const auto number = static_cast<double>(o);
    const double at = align_corners ? step * number : std::max(0.0, step * (number + 0.5) - 0.5);
    const std::int64_t left = std::min(static_cast<std::int64_t>(at), axis.in - 1);
    const double right = std::min(at - static_cast<double>(left), 1.0);
    const bool last = left == axis.in - 1;
    band.set(o, left, last ? 1 : 2, 1);
    if (last) continue;
    const auto weight = band.weights.begin() + 2 * o;
    weight[0] = 1 - right;
    weight[1] = right;
  }
  return band;
}

Axis axis_of(const char* operation, const Tensor& x, std::int64_t in, std::int64_t size,
             double factor) {
  if ((size != 0) == (factor != 0))
    throw Error(text(operation, ": a size of ", size, " and a scale_factor of ", factor, " for ",
                     x.shape(), "; try one of the two, above 0"));
  const double out =
      factor != 0 ? std::floor(static_cast<double>(in) * factor) : static_cast<double>(size);
  if (!(in > 0 && out >= 1 && out < 0x1p53))
    throw ShapeError(text(operation, ": a length of ", in, " in ", x.shape(), " would become ", out,
                          "; try 1 or more"));
  return {in, static_cast<std::int64_t>(out), factor};
}

Tensor upsampled(Interpolation kind, const Tensor& x, const UpsampleOptions& options) {
  const Bands bands = upsampling(kind, x, options);
  const bool signal = x.rank() == 3;
  const Tensor y = resample(as_image(x, signal), bands);
  return signal ? squeeze(y, -2) : y;
}

}  // namespace

const char* name(Interpolation kind) {
  constexpr const char* names[] = {"upsample_nearest", "upsample_linear", "upsample_bilinear"};
  return names[static_cast<int>(kind)];
}

Bands upsampling(Interpolation kind, const Tensor& x, const UpsampleOptions& o) {
  const char* const operation = name(kind);
  require_value(operation, x);
  if (!is_floating(x.dtype()))
    throw DTypeError(text(operation, ": ", x.dtype(), ' ', x.shape(), "; try cast to float32"));
  const bool signal = x.rank() == 3, image = x.rank() == 4;
  if (!(signal && kind != Interpolation::bilinear) && !(image && kind != Interpolation::linear))
    throw ShapeError(text(operation, ": input ", x.shape(), " is not ",
                          kind == Interpolation::linear    ? "[n, channels, length]"
                          : kind == Interpolation::nearest ? "[n, channels, length] or an image"
                                                           : "[n, channels, height, width]",
                          "; try reshape"));
  const auto along = [&](std::int64_t in, std::int64_t size, double factor) {
    const Axis axis = axis_of(operation, x, in, size, factor);
    return kind == Interpolation::nearest ? nearest(axis, x.dtype() == DType::float32, signal)
                                          : linear(axis, o.align_corners);
  };
  return {signal ? Band::identity(1) : along(x.size(-2), o.size.height, o.scale_factor.height),
          along(x.size(-1), o.size.width, o.scale_factor.width)};
}

}  // namespace detail

Tensor upsample_nearest(const Tensor& x, const UpsampleOptions& options) {
  return detail::upsampled(detail::Interpolation::nearest, x, options);
}
Tensor upsample_linear(const Tensor& x, const UpsampleOptions& options) {
  return detail::upsampled(detail::Interpolation::linear, x, options);
}
Tensor upsample_bilinear(const Tensor& x, const UpsampleOptions& options) {
  return detail::upsampled(detail::Interpolation::bilinear, x, options);
}

}  // namespace ebb
