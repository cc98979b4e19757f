// What kernels that go through the windows of an image are told.
#pragma once

#include <cstdint>

namespace ebb::kernels {

// A linear map along one axis, of which each output reads a stretch of neighboring inputs: output o
// is the sum of weights[o * taps + i] times input first[o] + i over i < count[o].
struct Band {
  std::int64_t in, out, taps;  // taps: the largest count
  const std::int64_t *first, *count;
  const void* weights;
  bool even;  // every count is `taps`
};

// The windows of max pooling, heights first.
struct PoolWindows {
  std::int64_t in[2], out[2];
  std::int64_t kernel[2], stride[2], padding[2], dilation[2];
};

// Output rows [begin, end), numbered through all images; `scratch` has room for two rows of the
// input.
struct PoolKernels {
  using Resample = void (*)(void* y, const void* x, void* scratch, std::int64_t begin,
                            std::int64_t end, const Band& rows, const Band& columns);
  Resample resample[2];
  // `at` becomes the place of the largest element in its image, the first of equals, -1 where a
  // window has no element. NaN is the largest.
  using MaxPool = void (*)(void* y, std::int32_t* at, const void* x, void* scratch,
                           std::int64_t begin, std::int64_t end, const PoolWindows& windows);
  MaxPool max_pool[2];
};

}  // namespace ebb::kernels
