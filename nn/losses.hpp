// How wrong is a model? Losses say what they sum over, and in which units. For finite arguments a
// loss and its gradients are finite, or infinite where a term is too large for the dtype. Losses of
// numbers stand in regression_losses.hpp.
#pragma once

#include <autograd/tape.hpp>

namespace ebb::nn {

// What becomes of the elements' losses: their mean or sum, a scalar; themselves; or their sum over
// the length of the first axis, the number of examples.
enum class LossReduction { mean, sum, none, batch_mean };

// (x - target)² of each element. Shapes must agree: else ShapeError.
Variable mse_loss(const Variable& x, const Variable& target,
                  LossReduction reduction = LossReduction::mean);

// -log p(target) in nats, of each element, under the Bernoulli distribution with the probability
// sigmoid(logits): log(1 + e^x) - x t. Targets in [0, 1]; gray ones give the cross entropy. Throws
// ShapeError unless shapes agree, Error if a target is NaN or not in [0, 1], as pixels up to 255
// are.
Variable binary_cross_entropy_with_logits(const Variable& logits, const Variable& target,
                                          LossReduction reduction = LossReduction::mean);

// The same where each element's loss is multiplied by a weight, and that of the answer 1 by
// pos_weight: -pos_weight t log sigmoid(x) - (1 - t) log sigmoid(-x). Both broadcast to the logits.
//     binary_cross_entropy_with_logits(x, t, {.pos_weight = full({}, 9)})  // ones are rare
struct BinaryCrossEntropyOptions {
  Tensor weight = {};
  Tensor pos_weight = {};  // for logits alone
  LossReduction reduction = LossReduction::mean;
};
Variable binary_cross_entropy_with_logits(const Variable& logits, const Variable& target,
                                          const BinaryCrossEntropyOptions& options);

// The same for probabilities: -t log p - (1 - t) log(1 - p), in which no logarithm is below -100
// and no slope divides by less than 1e-12. Error where p is not in [0, 1]. Better take logits.
Variable binary_cross_entropy(const Variable& probabilities, const Variable& target,
                              const BinaryCrossEntropyOptions& options = {});

// What losses of classes may be told. In a mean each label counts as much as the weight of its
// class; a label that is ignored has the loss 0 and does not count.
struct CrossEntropyOptions {
  Tensor weight = {};                // of each class, [classes]; 1 where there is none
  std::int64_t ignore_index = -100;  // a label that stands for none; with labels alone
  double label_smoothing = 0;        // this part of a target is spread evenly over all classes
  LossReduction reduction = LossReduction::mean;
};

// -log p(label) in nats, of each example, under the probabilities softmax(logits) along the axis of
// classes: log Σ e^x - x[label]. Logits are [n, classes, …] or [classes]. The target is int32
// labels in [0, classes), in that shape without the axis of classes; or probabilities in the shape
// of the logits, of which the loss is -Σ t log p, and may have gradients. Throws ShapeError,
// DTypeError, and Error for a label that is no class. Labels cost two passes over the logits.
//     cross_entropy(model(x), batch.targets)      // [n, classes] and [n] to a scalar
//     cross_entropy(logits, labels, {.label_smoothing = 0.1})
Variable cross_entropy(const Variable& logits, const Variable& target,
                       const CrossEntropyOptions& options = {});
Variable cross_entropy(const Variable& logits, const Variable& target, LossReduction reduction);

// The same for labels and logarithms of probabilities, which log_softmax gives: -x[label]. It knows
// no smoothing: Error.
Variable nll_loss(const Variable& log_probabilities, const Tensor& labels,
                  const CrossEntropyOptions& options = {});

// The pointwise divergence t (log t - x) of targets from the logarithms x of probabilities, 0 for t
// = 0; with log_target e^t (t - x). A mean over elements, as PyTorch's: batch_mean is the
// mathematical divergence of [n, classes]. Shapes must agree.
struct DivergenceOptions {
  bool log_target = false;
  LossReduction reduction = LossReduction::mean;
};
Variable kl_div(const Variable& log_probabilities, const Variable& target,
                const DivergenceOptions& options = {});

}  // namespace ebb::nn
