// How wrong is a model? Losses say what they sum over, and in which units. For finite arguments a
// loss and its gradients are finite, or infinite where a term is too large for the dtype.
#pragma once

#include <autograd/tape.hpp>

namespace ebb::nn {

// What becomes of the elements' losses: their mean or sum, a scalar, or themselves.
enum class LossReduction { mean, sum, none };

// (x - target)² of each element. Shapes must agree: else ShapeError.
Variable mse_loss(const Variable& x, const Variable& target,
                  LossReduction reduction = LossReduction::mean);

// -log p(target) in nats, of each element, under the Bernoulli distribution with the probability
// sigmoid(logits): log(1 + e^x) - x t. Targets in [0, 1]; gray ones give the cross entropy. Throws
// ShapeError unless shapes agree, Error if a target is NaN or not in [0, 1], as pixels up to 255
// are.
Variable binary_cross_entropy_with_logits(const Variable& logits, const Variable& target,
                                          LossReduction reduction = LossReduction::mean);

// -log p(label) in nats, of each example, under the probabilities softmax(logits) along the last
// axis: log Σ e^x - x[label]. Labels are int32 in [0, classes), in the shape of logits without the
// last axis. Throws ShapeError, DTypeError, and Error for a label that is no class.
//     cross_entropy(model(x), batch.targets)      // [n, classes] and [n] to a scalar
Variable cross_entropy(const Variable& logits, const Tensor& labels,
                       LossReduction reduction = LossReduction::mean);

}  // namespace ebb::nn
