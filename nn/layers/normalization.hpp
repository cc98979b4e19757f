// Layers that give their input a mean and a variance.
#pragma once

#include <nn/buffer.hpp>
#include <nn/module.hpp>

namespace ebb::nn {

struct BatchNormOptions {
  double epsilon = 1e-5;
  double momentum = 0.1;  // the share of a batch in the running statistics
  bool affine = true;     // weight and bias
  bool track = true;      // running statistics; without them a batch is measured itself
};

// y = (x - mean) / √(variance + epsilon) weight + bias for each feature, x [n, features] or [n,
// features, length]. In a training pass mean and variance (over n) are those of the batch, and the
// running ones are noted in the pass: running ← (1 - momentum) running + momentum batch's, with the
// variance over n - 1. Otherwise they are the running ones. Names and results are PyTorch's. Ioffe
// and Szegedy, "Batch normalization: accelerating deep network training by reducing internal
// covariate shift", ICML 2015. Throws ShapeError where x does not fit, and where a batch
// that is measured itself has fewer than 2 values per feature.
class BatchNorm1d final : public Module {
 public:
  explicit BatchNorm1d(std::int64_t features, const BatchNormOptions& options = {});

  Variable operator()(const Variable& x) const;
  Variable operator()(const Variable& x, Pass& pass) const;
  void visit(Visitor& v) override;

  std::optional<Parameter> weight, bias;            // [features]; first 1 and 0
  std::optional<Buffer> running_mean, running_var;  // [features]; first 0 and 1
  std::optional<Buffer> num_batches_tracked;        // int32 []

 private:
  Variable run(const Variable& x, Pass* pass) const;
  Variable normalize(const Variable& x, const Variable& mean, const Variable& variance) const;

  std::int64_t features_;
  BatchNormOptions options_;
};

}  // namespace ebb::nn
