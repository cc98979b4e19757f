#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <cmath>
#include <nn/layers/normalization.hpp>
#include <nn/pass.hpp>
#include <nn/start.hpp>
#include <nn/within.hpp>

namespace ebb::nn {

BatchNorm1d::BatchNorm1d(std::int64_t features, const BatchNormOptions& options)
    : features_(features), options_(options) {
  if (!(options.epsilon >= 0 && std::isfinite(options.epsilon)))
    throw Error(text("batch_norm: an epsilon of ", options.epsilon,
                     "; it must be finite and at least 0, try 1e-5"));
  if (!(options.momentum >= 0 && options.momentum <= 1))
    throw Error(
        text("batch_norm: a momentum of ", options.momentum, "; it must be from 0 to 1, try 0.1"));
  const Shape shape = {features};
  if (options.affine) {
    weight.emplace(shape, ParameterOptions{.start = constant(1)});
    bias.emplace(shape);
  }
  if (options.track) {
    running_mean.emplace(shape);
    running_var.emplace(shape, BufferOptions{.start = constant(1)});
    num_batches_tracked.emplace(Shape{}, BufferOptions{.dtype = DType::int32});
  }
}

Variable BatchNorm1d::operator()(const Variable& x) const { return run(x, nullptr); }

Variable BatchNorm1d::operator()(const Variable& x, Pass& pass) const {
  return run(x, pass.training ? &pass : nullptr);
}

// `pass` is null unless it trains.
Variable BatchNorm1d::run(const Variable& x, Pass* pass) const {
  return within(*this, [&] {
    if (x.rank() < 2 || x.rank() > 3 || x.size(1) != features_)
      throw ShapeError(text("batch_norm: input ", x.shape(), " does not fit ", features_,
                            " features; it must be [n, ", features_, "] or [n, ", features_,
                            ", length], try reshape"));
    if (pass == nullptr && running_mean)
      return normalize(x, running_mean->value(), running_var->value());

    Axes axes = 0;
    if (x.rank() == 3) axes.push_back(2);
    const std::int64_t count = x.size(0) * (x.rank() == 3 ? x.size(2) : 1);
    if (count < 2)
      throw ShapeError(text("batch_norm: input ", x.shape(), " has ", count,
                            count == 1 ? " value" : " values",
                            " per feature, statistics of a batch need at least 2; try a larger "
                            "batch, or leave this one out"));
    const Variable mean = ebb::mean(x, axes), variance = var(x, axes, 0);
    if (running_mean) {
      const auto mix = [&](const Buffer& running, const Tensor& batch) {
        pass->note(running,
                   (1 - options_.momentum) * pass->latest(running) + options_.momentum * batch);
      };
      const auto n = static_cast<double>(count);
      mix(*running_mean, mean.value());
      mix(*running_var, variance.value() * (n / (n - 1)));
      pass->note(*num_batches_tracked, pass->latest(*num_batches_tracked) + 1);
    }
    return normalize(x, mean, variance);
  });
}

// mean and variance are [features].
Variable BatchNorm1d::normalize(const Variable& x, const Variable& mean,
                                const Variable& variance) const {
  const auto along_x = [&](const Variable& v) {
    return x.rank() == 3 ? unsqueeze(v, 1) : v;  // [features, 1] beside [n, features, length]
  };
  const Variable scale = 1 / sqrt(variance + options_.epsilon);
  const Variable y = (x - along_x(mean)) * along_x(weight ? *weight * scale : scale);
  return bias ? y + along_x(*bias) : y;
}

void BatchNorm1d::visit(Visitor& v) {
  v("weight", weight);
  v("bias", bias);
  v("running_mean", running_mean);
  v("running_var", running_var);
  v("num_batches_tracked", num_batches_tracked);
}

}  // namespace ebb::nn
