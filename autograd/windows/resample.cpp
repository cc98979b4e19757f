#include <autograd/windows/pool.hpp>
#include <autograd/windows/resample.hpp>
#include <tensor/windows/band.hpp>

namespace ebb {
namespace {

Variable upsample(detail::Interpolation kind, const Variable& x, const UpsampleOptions& options) {
  const detail::Bands bands = detail::upsampling(kind, x.value(), options);
  const Shape size = {bands.rows.out, bands.columns.out};
  return detail::resample(
      {detail::name(kind), {{"size", size}, {"align_corners", options.align_corners}}}, x,
      x.rank() == 3, bands);
}

}  // namespace

Variable upsample_nearest(const Variable& x, const UpsampleOptions& options) {
  return upsample(detail::Interpolation::nearest, x, options);
}
Variable upsample_linear(const Variable& x, const UpsampleOptions& options) {
  return upsample(detail::Interpolation::linear, x, options);
}
Variable upsample_bilinear(const Variable& x, const UpsampleOptions& options) {
  return upsample(detail::Interpolation::bilinear, x, options);
}

}  // namespace ebb
