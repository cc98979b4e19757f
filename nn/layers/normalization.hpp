// Layers that give their input a mean and a variance, by the functions of autograd/normalize.hpp,
// which say of which elements. Names, defaults and results are PyTorch's.
#pragma once

#include <nn/buffer.hpp>
#include <nn/module.hpp>

namespace ebb::nn {

struct LayerNormOptions {
  double epsilon = 1e-5;
  bool affine = true;  // weight and bias
  bool bias = true;    // false: a weight alone
};

// y = (x - mean) / √(variance + epsilon) weight + bias over the last axes of x [..., shape].
class LayerNorm final : public Module {
 public:
  explicit LayerNorm(const Shape& shape, const LayerNormOptions& options = {});
  explicit LayerNorm(std::int64_t features, const LayerNormOptions& options = {})
      : LayerNorm(Shape{features}, options) {}

  Variable operator()(const Variable& x) const;
  void visit(Visitor& v) override;

  std::optional<Parameter> weight, bias;  // of the shape; first 1 and 0

 private:
  Shape shape_;
  double epsilon_;
};

struct GroupNormOptions {
  double epsilon = 1e-5;
  bool affine = true;
};

// The same for each of some groups of channels of each example, x [n, channels, ...]. Throws
// ShapeError unless groups divide channels.
class GroupNorm final : public Module {
 public:
  GroupNorm(std::int64_t groups, std::int64_t channels, const GroupNormOptions& options = {});

  Variable operator()(const Variable& x) const;
  void visit(Visitor& v) override;

  std::optional<Parameter> weight, bias;  // [channels]; first 1 and 0

 private:
  std::int64_t groups_;
  double epsilon_;
};

struct BatchNormOptions {
  double epsilon = 1e-5;
  double momentum = 0.1;  // the share of a batch in the running statistics
  bool affine = true;
  bool track = true;  // running statistics; without them what comes is measured itself
};

// y = (x - mean) / √(variance + epsilon) weight + bias for each feature, x [n, features] or [n,
// features, length] for one axis, [n, features, height, width] for two. In a training pass mean and
// variance are those of the batch, and the running ones are noted in the pass: running ← (1 -
// momentum) running + momentum batch's, with the variance over count - 1. Otherwise they are the
// running ones. Throws ShapeError where x does not fit, and where a batch that is measured itself
// has fewer than 2 values per feature.
template <int axes>
class BatchNorm final : public Module {
 public:
  explicit BatchNorm(std::int64_t features, const BatchNormOptions& options = {});

  Variable operator()(const Variable& x) const { return run(x, nullptr); }
  Variable operator()(const Variable& x, Pass& pass) const;
  void visit(Visitor& v) override;

  std::optional<Parameter> weight, bias;            // [features]; first 1 and 0
  std::optional<Buffer> running_mean, running_var;  // [features]; first 0 and 1
  std::optional<Buffer> num_batches_tracked;        // int32 []

 private:
  Variable run(const Variable& x, Pass* pass) const;

  std::int64_t features_;
  BatchNormOptions options_;
};
using BatchNorm1d = BatchNorm<1>;
using BatchNorm2d = BatchNorm<2>;

// The same with a mean and a variance for each channel of each example, so that no example depends
// on another: x [n, features, length] or [n, features, height, width], or one example without n. If
// it tracks, the running ones learn from the means over the examples.
struct InstanceNormOptions {
  double epsilon = 1e-5;
  double momentum = 0.1;
  bool affine = false;
  bool track = false;
};
template <int axes>
class InstanceNorm final : public Module {
 public:
  explicit InstanceNorm(std::int64_t features, const InstanceNormOptions& options = {});

  Variable operator()(const Variable& x) const { return run(x, nullptr); }
  Variable operator()(const Variable& x, Pass& pass) const;
  void visit(Visitor& v) override;

  std::optional<Parameter> weight, bias;            // [features]; first 1 and 0
  std::optional<Buffer> running_mean, running_var;  // [features]; first 0 and 1
  std::optional<Buffer> num_batches_tracked;        // int32 []

 private:
  Variable run(const Variable& x, Pass* pass) const;

  std::int64_t features_;
  InstanceNormOptions options_;
};
using InstanceNorm1d = InstanceNorm<1>;
using InstanceNorm2d = InstanceNorm<2>;

extern template class BatchNorm<1>;
extern template class BatchNorm<2>;
extern template class InstanceNorm<1>;
extern template class InstanceNorm<2>;

}  // namespace ebb::nn
