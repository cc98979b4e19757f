#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <cmath>
#include <nn/reduced.hpp>
#include <nn/regression_losses.hpp>
#include <numbers>

namespace ebb::nn {

using detail::reduced, detail::require_alike;

Variable l1_loss(const Variable& x, const Variable& target, LossReduction reduction) {
  require_alike("l1_loss", "output", x, "target", target);
  return reduced(abs(x - target), reduction);
}

Variable smooth_l1_loss(const Variable& x, const Variable& target, const SmoothL1Options& options) {
  require_alike("smooth_l1_loss", "output", x, "target", target);
  const double beta = options.beta;
  if (!(beta >= 0)) throw Error(text("smooth_l1_loss: beta ", beta, " is negative; try 1"));
  const Variable d = x - target, size = abs(d);
  if (beta == 0) return reduced(size, options.reduction);
  return reduced(where(size < beta, square(d) * (0.5 / beta), size - 0.5 * beta),
                 options.reduction);
}

Variable huber_loss(const Variable& x, const Variable& target, const HuberOptions& options) {
  require_alike("huber_loss", "output", x, "target", target);
  const double delta = options.delta;
  if (!(delta > 0)) throw Error(text("huber_loss: delta ", delta, " is not positive; try 1"));
  const Variable d = x - target, size = abs(d);
  return reduced(where(size <= delta, 0.5 * square(d), delta * (size - 0.5 * delta)),
                 options.reduction);
}

Variable poisson_nll_loss(const Variable& x, const Variable& target,
                          const PoissonOptions& options) {
  require_alike("poisson_nll_loss", "output", x, "target", target);
  Variable losses = options.log_input ? exp(x) - target * x : x - target * log(x + options.epsilon);
  if (options.full) {
    const Variable t = where(target > 1, target, 1.0);
    const Variable rest = t * log(t) - t + 0.5 * log(2 * std::numbers::pi * t);
    losses = losses + where(target > 1, rest, 0.0);
  }
  return reduced(losses, options.reduction);
}

Variable gaussian_nll_loss(const Variable& x, const Variable& target, const Variable& variance,
                           const GaussianOptions& options) {
  Shape without_last = x.shape(), one = x.shape();
  if (x.rank() > 0) without_last.erase(x.rank() - 1), one[x.rank() - 1] = 1;
  if (variance.shape() != x.shape() && variance.shape() != one && variance.shape() != without_last)
    throw ShapeError(text("gaussian_nll_loss: variance ", variance.shape(), " does not fit x ",
                          x.shape(), "; it may have length 1 along the last axis, or lack it"));
  if (!(options.epsilon > 0))
    throw Error(text("gaussian_nll_loss: epsilon ", options.epsilon, " is not positive; try 1e-6"));
  if (variance.value().count() > 0 && amin(variance.value()).item() < 0)
    throw Error(text("gaussian_nll_loss: variance ", amin(variance.value()).item(),
                     " is negative; try exp or softplus of it"));
  const Variable each =
      variance.shape() == x.shape() || variance.shape() == one ? variance : unsqueeze(variance, -1);
  const Variable v = each + (maximum(each.value(), options.epsilon) - each.value());
  const Variable losses = 0.5 * (log(v) + square(x - target) / v);
  const double constant = options.full ? 0.5 * std::log(2 * std::numbers::pi) : 0;
  return reduced(constant == 0 ? losses : losses + constant, options.reduction);
}

Variable cosine_similarity(const Variable& a, const Variable& b, int axis, double epsilon) {
  // A length that counts as epsilon keeps its own slope, as PyTorch has it, and 0 the slope 0.
  const auto unit = [&](const Variable& x) {
    const Variable squares = sum(square(x), axis, true);
    const Variable none = squares == 0;
    const Variable length = where(none, 0.0, sqrt(where(none, 1.0, squares)));
    return x / (length + (maximum(length.value(), epsilon) - length.value()));
  };
  const Shape common = broadcast_shapes("cosine_similarity", a.shape(), b.shape());
  return sum(unit(expand(a, common)) * unit(expand(b, common)), axis);
}

}  // namespace ebb::nn
