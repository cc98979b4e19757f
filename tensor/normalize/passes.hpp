// How normalizations go through memory: groups that lie in rows, and groups that go over all
// examples. For tensor/ alone.
#pragma once

#include <tensor/common/reduction.hpp>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/normalize.hpp>

namespace ebb::detail {

// Where a channel's elements lie in shorter runs, its numbers are repeated for each of them.
constexpr std::int64_t shortest_run = 64;

// So many numbers of rows or runs are made at a time, before a kernel reads them.
constexpr std::int64_t at_once = 64;

// x, y, dy and dx lie without gaps; weight and bias, [channels], are both given, or none.
Tensor normalize_rows(const Tensor& x, const Tensor& weight, const Tensor& bias, Normalization& n);
NormalizationSlopes normalize_rows_back(const Tensor& dy, const Tensor& x, const Tensor& weight,
                                        const Normalization& n);
Tensor normalize_channels(const Tensor& x, const Tensor& weight, const Tensor& bias,
                          Normalization& n);
NormalizationSlopes normalize_channels_back(const Tensor& dy, const Tensor& x, const Tensor& weight,
                                            const Normalization& n, bool wants_parameters);

// A number of each channel for each element of it in a row: [channels * inner].
Tensor repeat_inner(const Tensor& channels, std::int64_t inner);

template <class T>
T* elements(const Tensor& x) {
  return static_cast<T*>(x.raw());
}

// dx = scale (x - mean) + shift + slope dy, for a group of `size` elements: dy has the sums of
// products with 1 and with x - mean. A single element is its own mean: nothing comes back to it,
// and no rounding of what would cancel.
struct Slope {
  Slope(double deviation, double sum, double product, std::int64_t size)
      : slope(size > 1 ? deviation : 0),
        shift(-slope * sum / static_cast<double>(size)),
        scale(-slope * slope * slope * product / static_cast<double>(size)) {}
  double slope, shift, scale;
};

}  // namespace ebb::detail
