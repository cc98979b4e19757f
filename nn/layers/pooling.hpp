// Pooling and upsampling as layers, for Sequential: the functions of autograd/windows/pool.hpp and
// autograd/windows/resample.hpp with their arguments. Names and defaults are PyTorch's.
//     Sequential{Conv2d{1, 8, 3}, ReLU{}, MaxPool2d{2}, Flatten{}}
#pragma once

#include <autograd/windows/pool.hpp>
#include <autograd/windows/resample.hpp>

namespace ebb::nn {

struct MaxPool1d {
  std::int64_t kernel;
  MaxPoolOptions<std::int64_t> options = {};
  Variable operator()(const Variable& x) const { return max_pool1d(x, kernel, options); }
};
struct MaxPool2d {
  Pair kernel;
  MaxPoolOptions<Pair> options = {};
  Variable operator()(const Variable& x) const { return max_pool2d(x, kernel, options); }
};
struct AvgPool1d {
  std::int64_t kernel;
  AveragePoolOptions<std::int64_t> options = {};
  Variable operator()(const Variable& x) const { return avg_pool1d(x, kernel, options); }
};
struct AvgPool2d {
  Pair kernel;
  AveragePoolOptions<Pair> options = {};
  Variable operator()(const Variable& x) const { return avg_pool2d(x, kernel, options); }
};
struct AdaptiveAvgPool1d {
  std::int64_t size;
  Variable operator()(const Variable& x) const { return adaptive_avg_pool1d(x, size); }
};
struct AdaptiveAvgPool2d {
  Pair size;
  Variable operator()(const Variable& x) const { return adaptive_avg_pool2d(x, size); }
};

// Of signals and images; with `linear`, interpolated.
struct Upsample {
  UpsampleOptions options;
  bool linear = false;
  Variable operator()(const Variable& x) const {
    if (!linear) return upsample_nearest(x, options);
    return x.rank() == 3 ? upsample_linear(x, options) : upsample_bilinear(x, options);
  }
};

}  // namespace ebb::nn
