#include <autograd/elementwise.hpp>
#include <autograd/labels.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <cmath>
#include <nn/distributions.hpp>
#include <nn/reduced.hpp>
#include <tensor/compare.hpp>
#include <tensor/random.hpp>

namespace ebb::nn {

using detail::require_alike, detail::require_unit;

Variable Gaussian::sample(Random& noise) const {
  require_alike("gaussian", "mean", mean, "log_variance", log_variance);
  return mean + exp(0.5 * log_variance) * Variable(randn(mean.shape(), noise, mean.dtype()));
}

Variable Gaussian::log_probability(const Variable& x) const {
  require_alike("gaussian", "mean", mean, "log_variance", log_variance);
  require_alike("gaussian", "mean", mean, "x", x);
  return -0.5 * (log_of_two_pi + log_variance + square((x - mean) * exp(-0.5 * log_variance)));
}

Variable Gaussian::divergence() const {
  require_alike("divergence", "mean", mean, "log_variance", log_variance);
  return gaussian_kl(mean, log_variance);
}

Variable Gaussian::divergence(const Gaussian& prior) const {
  require_alike("divergence", "mean", mean, "log_variance", log_variance);
  require_alike("divergence", "mean", mean, "the prior's", prior.mean);
  require_alike("divergence", "mean", mean, "the prior's log_variance", prior.log_variance);
  // In units of the prior's standard deviation the prior is N(0, 1). The scale e^(-v/2) is applied
  // as two factors e^(-v/4), which overflow later. Where the means are equal any finite factor will
  // do.
  const Variable apart = mean - prior.mean;
  const Variable narrow = where(apart == 0, maximum(prior.log_variance, -350), prior.log_variance);
  const Variable factor = exp(-0.25 * narrow);
  return Gaussian{apart * factor * factor, log_variance - prior.log_variance}.divergence();
}

Variable Bernoulli::mean() const { return sigmoid(logits); }

Tensor Bernoulli::sample(Random& noise) const {
  return rand(logits.shape(), noise, logits.dtype()) < mean().value();
}

Variable Bernoulli::log_probability(const Variable& target) const {
  require_alike("bernoulli", "logits", logits, "target", target);
  require_unit("bernoulli", target.value());
  return bernoulli_log_probability(logits, target);
}

Variable Bernoulli::divergence(const Bernoulli& prior) const {
  require_alike("divergence", "logits", logits, "the prior's", prior.logits);
  return mean() * (logits - prior.logits) + softplus(prior.logits) - softplus(logits);
}

Tensor Categorical::sample(Random& noise) const {
  // The largest of logits plus Gumbel noise is drawn with the probabilities softmax(logits). An
  // exponential number of 0 would draw its class whatever the logit.
  const double least = logits.dtype() == DType::float64 ? 0x1p-54 : 0x1p-25;
  const Tensor uniform = rand(logits.shape(), noise, logits.dtype());
  return argmax(logits.value() - log(maximum(-log1p(-uniform), least)), -1);
}

Variable Categorical::log_probability(const Tensor& labels) const {
  const Shape& shape = logits.shape();
  Shape each = shape;
  if (shape.rank() > 0) each.erase(shape.rank() - 1);
  if (shape.rank() == 0 || labels.shape() != each)
    throw ShapeError(text("categorical: labels ", labels.shape(), " do not fit logits ", shape,
                          "; they have its shape without the last axis, the classes"));
  return log_softmax_at(logits, labels);
}

Variable Categorical::divergence(const Categorical& prior) const {
  require_alike("divergence", "logits", logits, "the prior's", prior.logits);
  const Variable log_p = log_softmax(logits, -1), p = exp(log_p);
  const Variable ratio = log_p - log_softmax(prior.logits, -1);
  return sum(p * where(p.value() == 0, 0, ratio), -1);  // 0 log 0 is 0
}

Variable per_example(const Variable& t, const Tensor& mask) {
  if (t.rank() == 0)
    throw ShapeError(
        text("per_example: t ", t.shape(), " holds no examples; its first axis must count them"));
  const bool masked = mask.shape() != Shape{0};  // of a Tensor without a value
  if (masked && mask.shape() != t.shape())
    throw ShapeError(text("per_example: a mask ", mask.shape(), " for t ", t.shape(),
                          "; it must have the same shape"));
  const Variable kept = masked ? where(mask, t, 0.0) : t;
  if (t.rank() == 1) return kept;
  Axes axes;
  for (int axis = 1; axis < t.rank(); ++axis) axes.push_back(axis);
  return sum(kept, axes);
}

Variable importance_bound(const Variable& log_weights) {
  if (log_weights.rank() != 2 || log_weights.size(0) == 0)
    throw ShapeError(text("importance_bound: log_weights ", log_weights.shape(),
                          " must be [K, n] with K of at least 1"));
  return logsumexp(log_weights, 0) - std::log(static_cast<double>(log_weights.size(0)));
}

}  // namespace ebb::nn
