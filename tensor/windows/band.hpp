// Linear maps along an axis in which each output reads a stretch of neighboring inputs: averages of
// windows, interpolation. Such a map along the rows of an image and one along its columns make an
// average pool, or an enlarged image, and the transposed two its derivative.
#pragma once

#include <tensor/tensor.hpp>

namespace ebb::detail {

// Output o is Σ weights[o * taps + i] input[first[o] + i] over i < count[o]. Stretches of later
// outputs begin and end no earlier.
struct Band {
  Band(std::int64_t inputs, std::int64_t outputs, std::int64_t longest)
      : in(inputs),
        out(outputs),
        taps(longest),
        first(static_cast<std::size_t>(outputs)),
        count(static_cast<std::size_t>(outputs)),
        weights(static_cast<std::size_t>(outputs * longest)) {}
  static Band identity(std::int64_t n);

  std::int64_t in, out, taps;
  std::vector<std::int64_t> first, count;
  std::vector<double> weights;

  // Output o reads n inputs from `from` on, all with one weight.
  void set(std::int64_t o, std::int64_t from, std::int64_t n, double weight);
  [[nodiscard]] Band transposed() const;
};

// Rows and columns of each image, x [..., rows.in, columns.in] to [..., rows.out, columns.out].
struct Bands {
  Band rows, columns;
  [[nodiscard]] Bands transposed() const { return {rows.transposed(), columns.transposed()}; }
};
Tensor resample(const Tensor& x, const Bands& bands);

}  // namespace ebb::detail
