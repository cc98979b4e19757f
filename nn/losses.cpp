#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <nn/distributions.hpp>
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
  return -reduced(Bernoulli{logits}.log_probability(target), reduction);
}

Variable cross_entropy(const Variable& logits, const Tensor& labels, LossReduction reduction) {
  return -reduced(Categorical{logits}.log_probability(labels), reduction);
}

}  // namespace ebb::nn
