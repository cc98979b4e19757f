// What kernels are told that add up the planes of an image, shifted by the taps of windows.
#pragma once

#include <cstdint>

namespace ebb::kernels {

// What `count` places of a result, `first` and every `step`-th after it, gather from a source:
// result[first + i step] = Σ_t w[first_tap + t tap_step] source[i stride + t dilation - before] for
// t < taps.
struct Taps {
  std::int64_t first, step, count;
  std::int64_t stride, dilation, before;
  std::int64_t taps, first_tap, tap_step;
};

// The tap in row u and column v of a kernel is number u kernel_columns + v. It reads a plane of its
// own, so many elements behind that of the tap before, or all read one. Planes are rows of `width`
// elements, of which x holds those from first_row on. Kernels also load, and do not use, what
// lies before and behind x, as far as a window and two vectors reach.
struct PlaneWindows {
  Taps rows, columns;
  std::int64_t height, width, first_row;
  std::int64_t kernel_columns, plane;
};

struct PlaneKernels {
  // Adds up a plane with rows of y_row elements, for i from begin to end along the rows; weights
  // has an element per tap, or is nullptr where all are 1; bias is nullptr or an element. room has
  // columns.taps + 1 lines of (columns.count - 1) columns.stride + 1 elements, in whole vectors.
  void (*sum[2])(void* y, std::int64_t y_row, void* room, const void* x, const void* weights,
                 const void* bias, const PlaneWindows& windows, std::int64_t begin,
                 std::int64_t end);

  // The derivative by the weights, for each tap a vector of sums whose lanes are to be added up;
  // it is added to `sums`. Element j of each row of y stands at j columns.stride of rows of whole
  // vectors, and `used` is such a row that is 1 there and 0 elsewhere.
  void (*correlate[2])(void* sums, const void* x, const void* y, const void* used,
                       const PlaneWindows& windows);
};

}  // namespace ebb::kernels
