#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <nn/losses.hpp>

namespace ebb::nn {
namespace {

// Losses never broadcast: a target of another shape is a mistake that would train on nonsense.
void require_alike(const char* operation, const char* first, const Variable& a, const char* second,
                   const Variable& b) {
  if (a.shape() != b.shape())
    throw ShapeError(text(operation, ": ", first, ' ', a.shape(), " and ", second, ' ', b.shape(),
                          " must have one shape; try reshape or expand"));
}

// Asks for what is right, not for what is wrong: a NaN is no probability either.
void require_probabilities(const char* operation, const Tensor& target) {
  if (target.count() == 0 || !is_floating(target.dtype()))
    return;  // others say what is wrong there
  const double smallest = amin(target).item(), largest = amax(target).item();
  if (smallest >= 0 && largest <= 1) return;
  throw Error(text(operation, ": a target must lie in [0, 1], and these reach from ", smallest,
                   " to ", largest, "; try dividing pixels by 255"));
}

Variable reduced(const Variable& losses, LossReduction reduction) {
  if (reduction == LossReduction::none) return losses;
  if (reduction == LossReduction::sum_last) return sum(losses, {-1});
  return reduction == LossReduction::sum ? sum(losses) : mean(losses);
}

}  // namespace

Variable mse_loss(const Variable& x, const Variable& target, LossReduction reduction) {
  require_alike("mse_loss", "output", x, "target", target);
  return reduced(squared_error(x, target), reduction);
}

Variable binary_cross_entropy_with_logits(const Variable& logits, const Variable& target,
                                          LossReduction reduction) {
  require_alike("binary_cross_entropy_with_logits", "logits", logits, "target", target);
  require_probabilities("binary_cross_entropy_with_logits", target.value());
  return -reduced(bernoulli_log_probability(logits, target), reduction);
}

Variable kl_divergence(const Variable& mean, const Variable& log_variance) {
  require_alike("kl_divergence", "mean", mean, "log_variance", log_variance);
  return sum(gaussian_kl(mean, log_variance), {-1});
}

Variable kl_divergence(const Variable& mean_a, const Variable& log_variance_a,
                       const Variable& mean_b, const Variable& log_variance_b) {
  require_alike("kl_divergence", "mean", mean_a, "log_variance", log_variance_a);
  require_alike("kl_divergence", "mean", mean_a, "the other mean", mean_b);
  require_alike("kl_divergence", "mean", mean_a, "the other log_variance", log_variance_b);
  // Measured in b's standard deviations it is the divergence from N(0, 1). The factor, e^(-v/2), is
  // applied as two, which overflow later. Where the means agree any finite one will do.
  const Variable apart = mean_a - mean_b;
  const Variable narrow = where(apart == 0, maximum(log_variance_b, -350), log_variance_b);
  const Variable factor = exp(-0.25 * narrow);
  return kl_divergence(apart * factor * factor, log_variance_a - log_variance_b);
}

}  // namespace ebb::nn
