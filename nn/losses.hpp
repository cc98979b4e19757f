// How wrong is a model? Losses say what they sum over, and in which units. Of finite
// arguments a loss and its gradients are finite, or infinite where a term is too large for the
// dtype.
#pragma once

#include <autograd/tape.hpp>

namespace ebb::nn {

// What becomes of the elements' losses: their mean or sum, a scalar; their sums over the last axis,
// [..., n] to [...]; or themselves.
enum class LossReduction { mean, sum, sum_last, none };

// (x - target)² of each element. Shapes must agree: else ShapeError.
Variable mse_loss(const Variable& x, const Variable& target,
                  LossReduction reduction = LossReduction::mean);

// -log p(target) in nats, of each element, under the Bernoulli distribution with the probability
// sigmoid(logits): log(1 + e^x) - x t. Targets in [0, 1]; gray ones give the cross entropy. Throws
// ShapeError unless shapes agree, Error if a target is NaN or not in [0, 1], as pixels up to 255
// are.
Variable binary_cross_entropy_with_logits(const Variable& logits, const Variable& target,
                                          LossReduction reduction = LossReduction::mean);

// KL(N(mean, e^log_variance) || N(0, 1)) in nats, summed over the last axis: ½ Σ (m² + e^v - 1 -
// v), [..., n] to [...]. (Kingma and Welling, "Auto-Encoding Variational Bayes", 2014, appendix B.)
Variable kl_divergence(const Variable& mean, const Variable& log_variance);

// The same between two diagonal Gaussians a and b, KL(a || b); 0 of one from itself, however
// narrow. Of equal means narrower than e^-350, the second derivative is that at e^-350.
Variable kl_divergence(const Variable& mean_a, const Variable& log_variance_a,
                       const Variable& mean_b, const Variable& log_variance_b);

}  // namespace ebb::nn
