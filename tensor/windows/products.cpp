#include <tensor/windows/gathering.hpp>
#include <tensor/windows/planes.hpp>
#include <tensor/windows/products.hpp>

namespace ebb::detail {

Tensor convolve(const Tensor& x, const Tensor& w, const Tensor* bias, const Convolution& c) {
  if (goes_by_planes(c, false, x.dtype())) return convolve_planes(x, w, bias, c, false);
  const Tensor from = contiguous(x), weight = contiguous(w);
  Gathering gathering(from, {c.in, c.rows.in, c.columns.in}, {c.out, c.rows.out, c.columns.out},
                      c.groups, {forward_taps(c.rows)}, {forward_taps(c.columns)});
  const std::int64_t window = c.rows.kernel * c.columns.kernel;
  gathering.lay_weights(
      x.dtype(), {weight.raw(), window, c.in * window, c.columns.kernel, c.out * c.in * window},
      bias);
  return gathering.run(from, c.y_shape());
}

Tensor convolve_back(const Tensor& y, const Tensor& w, const Tensor* bias, const Convolution& c) {
  if (goes_by_planes(c, true, y.dtype())) return convolve_planes(y, w, bias, c, true);
  const Tensor from = contiguous(y), weight = contiguous(w);
  Gathering gathering(from, {c.out, c.rows.out, c.columns.out}, {c.in, c.rows.in, c.columns.in},
                      c.groups, backward_taps(c.rows), backward_taps(c.columns));
  const std::int64_t window = c.rows.kernel * c.columns.kernel;
  gathering.lay_weights(
      y.dtype(), {weight.raw(), c.in * window, window, c.columns.kernel, c.out * c.in * window},
      bias);
  return gathering.run(from, c.x_shape());
}

}  // namespace ebb::detail
