// Losses of numbers: how far from the target is what a model says? For finite arguments a loss and
// its gradients are finite, or infinite where a term is too large for the dtype. Shapes must agree,
// else ShapeError, but where a contract says what broadcasts.
#pragma once

#include <nn/losses.hpp>

namespace ebb::nn {

// |x - target| of each element, with the slope 0 at 0.
Variable l1_loss(const Variable& x, const Variable& target,
                 LossReduction reduction = LossReduction::mean);

// With d = x - target: d² / 2 beta where |d| < beta, |d| - beta / 2 elsewhere; l1_loss for beta 0.
// Error for a negative beta. (Girshick, Fast R-CNN, 2015)
struct SmoothL1Options {
  double beta = 1;
  LossReduction reduction = LossReduction::mean;
};
Variable smooth_l1_loss(const Variable& x, const Variable& target,
                        const SmoothL1Options& options = {});

// With d = x - target: d² / 2 where |d| <= delta, delta (|d| - delta / 2) elsewhere. Error unless
// delta is positive. (Huber, Robust Estimation of a Location Parameter, 1964)
struct HuberOptions {
  double delta = 1;
  LossReduction reduction = LossReduction::mean;
};
Variable huber_loss(const Variable& x, const Variable& target, const HuberOptions& options = {});

// -log p(target) under the Poisson distribution with the mean e^x, or x itself: e^x - t x, or x - t
// log(x + epsilon), without log t!. With `full` that is added for t > 1, as Stirling has it: t log
// t - t + ½ log(2 π t).
struct PoissonOptions {
  bool log_input = true;
  bool full = false;
  double epsilon = 1e-8;
  LossReduction reduction = LossReduction::mean;
};
Variable poisson_nll_loss(const Variable& x, const Variable& target,
                          const PoissonOptions& options = {});

// -log p(target) under the normal distribution with these means and variances, without its constant
// ½ log 2π unless `full`: ½ (log v + (x - target)² / v). The target broadcasts. The variance has
// the shape of x, or length 1 along its last axis, or lacks that. One below epsilon counts as
// epsilon, and gets the gradient there. Error for a negative variance.
struct GaussianOptions {
  bool full = false;
  double epsilon = 1e-6;
  LossReduction reduction = LossReduction::mean;
};
Variable gaussian_nll_loss(const Variable& x, const Variable& target, const Variable& variance,
                           const GaussianOptions& options = {});

// a b / (|a| |b|) along an axis, which goes; no length counts as less than epsilon. a and b
// broadcast.
Variable cosine_similarity(const Variable& a, const Variable& b, int axis = 1,
                           double epsilon = 1e-8);

}  // namespace ebb::nn
