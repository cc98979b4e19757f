// Are two tensors the same, or nearly? One bool for all elements; operator== answers for each.
#pragma once

#include <tensor/makers.hpp>

namespace ebb {

// Same shape, dtype and elements. A NaN is equal to nothing, -0 equals 0; a Tensor without a value
// equals only another without one.
[[nodiscard]] bool equal(const Tensor& a, const Tensor& b);

struct Tolerance {
  double rtol = 1e-5;  // relative to |b|
  double atol = 1e-8;
  bool equal_nan = false;  // does NaN beside NaN pass?
};

// |a - b| <= atol + rtol |b| for all elements, as in NumPy and PyTorch; of infinities only equal
// ones pass. Computed in float64. Shapes broadcast. Throws ShapeError where they do not, DTypeError
// for two dtypes, Error for a tolerance that is negative or NaN.
//     allclose(a, b, {.rtol = 1e-4, .atol = 1e-6})
[[nodiscard]] bool allclose(const Tensor& a, const Tensor& b, const Tolerance& tolerance = {});

}  // namespace ebb
