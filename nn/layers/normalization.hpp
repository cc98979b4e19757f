// Layers that give their input a mean and a variance, by the functions of autograd/normalize.hpp,
// which say of which elements. Names, defaults and results are PyTorch's.
#pragma once

#include <nn/buffer.hpp>
#include <nn/module.hpp>

namespace ebb {
struct Moments;  // tensor/normalize.hpp
}

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

// What the layers below share: with options that ask for them, a weight and a bias, and running
// statistics. In a training pass mean and variance are those of the batch, and the running ones are
// noted in the pass: running ← (1 - momentum) running + momentum batch's, with the variance over
// count - 1. Otherwise they are the running ones, or without those what comes is measured itself.
class RunningNorm : public Module {
 public:
  Variable operator()(const Variable& x) const { return run(x, nullptr); }
  Variable operator()(const Variable& x, Pass& pass) const;
  void visit(Visitor& v) override;

  std::optional<Parameter> weight, bias;            // [features]; first 1 and 0
  std::optional<Buffer> running_mean, running_var;  // [features]; first 0 and 1
  std::optional<Buffer> num_batches_tracked;        // int32 []

 protected:
  template <class Options>
  RunningNorm(const char* name, std::int64_t features, const Options& options);
  void learn(Pass& pass, const Moments& batch, std::int64_t count) const;

  std::int64_t features_;
  double epsilon_, momentum_;

 private:
  virtual Variable run(const Variable& x, Pass* pass) const = 0;  // null unless it trains
};

struct BatchNormOptions {
  double epsilon = 1e-5;
  double momentum = 0.1;  // the share of a batch in the running statistics
  bool affine = true;     // weight and bias
  bool track = true;      // running statistics
};

// y = (x - mean) / √(variance + epsilon) weight + bias for each feature, x [n, features] or [n,
// features, length] for one axis, [n, features, height, width] for two. Throws ShapeError where x
// does not fit, and where a batch that is measured itself has fewer than 2 values per feature.
template <int axes>
class BatchNorm final : public RunningNorm {
 public:
  explicit BatchNorm(std::int64_t features, const BatchNormOptions& options = {});

 private:
  Variable run(const Variable& x, Pass* pass) const override;
};
using BatchNorm1d = BatchNorm<1>;
using BatchNorm2d = BatchNorm<2>;

struct InstanceNormOptions {
  double epsilon = 1e-5;
  double momentum = 0.1;
  bool affine = false;
  bool track = false;
};

// The same with a mean and a variance for each channel of each example, so that no example depends
// on another: x [n, features, length] or [n, features, height, width], or one example without n. If
// it tracks, the running ones learn from the means over the examples.
template <int axes>
class InstanceNorm final : public RunningNorm {
 public:
  explicit InstanceNorm(std::int64_t features, const InstanceNormOptions& options = {});

 private:
  Variable run(const Variable& x, Pass* pass) const override;
};
using InstanceNorm1d = InstanceNorm<1>;
using InstanceNorm2d = InstanceNorm<2>;

extern template class BatchNorm<1>;
extern template class BatchNorm<2>;
extern template class InstanceNorm<1>;
extern template class InstanceNorm<2>;

}  // namespace ebb::nn
