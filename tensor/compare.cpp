#include <cmath>
#include <tensor/common/strided.hpp>
#include <tensor/compare.hpp>
#include <tensor/views.hpp>

namespace ebb {
namespace {

// Does agree(a[i], b[i]) hold for all elements? Both have one shape and dtype. Stops at the first
// that does not. On the calling thread, where denormals are numbers like others.
template <class Agree>
bool all_of(const Tensor& a, const Tensor& b, const Agree& agree) {
  Shape once = a.shape();  // axes along which both repeat need one look
  for (int axis = 0; axis < once.rank(); ++axis)
    if (a.strides()[axis] == 0 && b.strides()[axis] == 0 && once[axis] > 1) once[axis] = 1;
  const auto walk = detail::collapse<2>(once, {a.strides(), b.strides()});
  const std::int64_t a_step = walk.column_stride(0), b_step = walk.column_stride(1);
  return with_dtype(a.dtype(), [&](auto zero) {
    using T = decltype(zero);
    for (std::int64_t row = 0; row < walk.rows(); ++row) {
      const auto offsets = walk.row_offsets(row);
      const T* x = a.data<T>() + offsets[0];
      const T* y = b.data<T>() + offsets[1];
      for (std::int64_t i = 0; i < walk.columns(); ++i)
        if (!agree(x[i * a_step], y[i * b_step])) return false;
    }
    return true;
  });
}

}  // namespace

bool equal(const Tensor& a, const Tensor& b) {
  if (a.shape() != b.shape() || a.dtype() != b.dtype() ||
      (a.storage() == nullptr) != (b.storage() == nullptr))
    return false;
  return all_of(a, b, [](auto x, auto y) { return x == y; });
}

bool allclose(const Tensor& a, const Tensor& b, const Tolerance& tolerance) {
  const auto [rtol, atol, equal_nan] = tolerance;
  if (!(rtol >= 0 && atol >= 0))
    throw Error(text("allclose: rtol ", rtol, " and atol ", atol, "; try numbers from 0 on"));
  if (a.dtype() != b.dtype())
    throw DTypeError(text("allclose: ", a.dtype(), " and ", b.dtype(), "; try cast"));
  const Shape common = broadcast_shapes("allclose", a.shape(), b.shape());
  return all_of(expand(a, common), expand(b, common),
                [rtol = rtol, atol = atol, equal_nan = equal_nan](double x, double y) {
                  if (x == y) return true;
                  if (std::isnan(x) || std::isnan(y))
                    return equal_nan && std::isnan(x) && std::isnan(y);
                  return std::isfinite(x) && std::isfinite(y) &&
                         std::abs(x - y) <= atol + rtol * std::abs(y);
                });
}

}  // namespace ebb
