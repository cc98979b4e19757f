// Inputs that get a mean of 0 and a variance of 1, and then, where weight and bias are given, their
// own again: y = (x - mean) / √(variance + epsilon) weight + bias, the variance over the count of
// elements. Which elements share a mean is what the functions differ in; x is [n, channels, …],
// weight and bias are [channels] (of layer_norm: the normalized shape), and a Tensor without a
// value stands for none. New tensors, the same bits for any number of threads; means and variances
// are measured from each row's first element, so that a large mean costs no digits. Throws
// ShapeError where shapes do not fit, DTypeError where dtypes differ or are int32.
#pragma once

#include <tensor/makers.hpp>

namespace ebb {

// What was measured of each group, or what is known of it.
struct Moments {
  Tensor mean, variance;
};

// Over the last axes, whose lengths are normalized_shape: each example by itself. Ba, Kiros and
// Hinton, "Layer normalization", 2016.
Tensor layer_norm(const Tensor& x, const Shape& normalized_shape, const Tensor& weight = {},
                  const Tensor& bias = {}, double epsilon = 1e-5);

// Over the elements of channels / groups neighboring channels of one example. Wu and He, "Group
// normalization", ECCV 2018. ShapeError where groups do not divide the channels, and where n = 1
// and a group has one element.
Tensor group_norm(const Tensor& x, std::int64_t groups, const Tensor& weight = {},
                  const Tensor& bias = {}, double epsilon = 1e-5);

// Over the elements of one channel of one example; or, with use_input_stats = false, by the running
// ones, [channels]. Ulyanov, Vedaldi and Lempitsky, "Instance normalization", 2016. ShapeError
// where a channel of an example has one element.
// `measured` gets the moments of each example's channels, [n * channels].
struct InstanceNormOptions {
  bool use_input_stats = true;
  double epsilon = 1e-5;
  Moments* measured = nullptr;
};
Tensor instance_norm(const Tensor& x, const Tensor& running_mean = {},
                     const Tensor& running_var = {}, const Tensor& weight = {},
                     const Tensor& bias = {}, const InstanceNormOptions& options = {});

// By the running mean and variance, [channels]; or, with training = true, over the elements of one
// channel of all examples. Ioffe and Szegedy, "Batch normalization", ICML 2015. ShapeError where a
// batch has one element per channel. Running values do not change; `measured` gets those of the
// batch, [channels].
struct BatchNormOptions {
  bool training = false;
  double epsilon = 1e-5;
  Moments* measured = nullptr;
};
Tensor batch_norm(const Tensor& x, const Tensor& running_mean, const Tensor& running_var,
                  const Tensor& weight = {}, const Tensor& bias = {},
                  const BatchNormOptions& options = {});

// For those who write the derivative.
namespace detail {

// x as [outer, channels, inner]. Channels of one outer entry fall into so many groups; with 0, each
// channel is a group, over all outer entries.
struct Channels {
  std::int64_t outer, channels, inner, groups;

  std::int64_t count() const { return groups > 0 ? outer * groups : channels; }  // of groups
  std::int64_t size() const {                                                    // of a group
    return groups > 0 ? channels / groups * inner : outer * inner;
  }
};

struct Normalization {
  Channels as;
  double epsilon;
  bool known = false;     // the moments are given, not measured
  Moments moments = {};   // of each group, [count]
  Tensor deviation = {};  // 1 / √(variance + epsilon)
};

// What each function makes of its arguments; throws as they do.
Normalization layer_normalization(const Tensor& x, const Shape& normalized_shape,
                                  const Tensor& weight, const Tensor& bias, double epsilon);
Normalization group_normalization(const Tensor& x, std::int64_t groups, const Tensor& weight,
                                  const Tensor& bias, double epsilon);
Normalization instance_normalization(const Tensor& x, const Moments& running, const Tensor& weight,
                                     const Tensor& bias, const InstanceNormOptions& options);
Normalization batch_normalization(const Tensor& x, const Moments& running, const Tensor& weight,
                                  const Tensor& bias, const BatchNormOptions& options);

// y; where the moments are not known, `n` has them afterwards.
Tensor normalize(const Tensor& x, const Tensor& weight, const Tensor& bias, Normalization& n);

// The gradients where dy arrives; those of weight and bias are [channels]. Without a weight they
// are left out.
struct NormalizationSlopes {
  Tensor x, weight, bias;
};
NormalizationSlopes normalize_back(const Tensor& dy, const Tensor& x, const Tensor& weight,
                                   const Normalization& n, bool wants_parameters);

}  // namespace detail
}  // namespace ebb
