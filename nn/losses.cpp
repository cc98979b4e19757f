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

Variable reduced(const Variable& losses, LossReduction reduction) {
  if (reduction == LossReduction::none) return losses;
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
  return reduced(bernoulli_loss(logits, target), reduction);
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
  // Measured in b's standard deviations it is the divergence from N(0, 1).
  return kl_divergence((mean_a - mean_b) * exp(-0.5 * log_variance_b),
                       log_variance_a - log_variance_b);
}

}  // namespace ebb::nn
