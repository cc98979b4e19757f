#include <autograd/elementwise.hpp>
#include <autograd/labels.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <nn/distributions.hpp>
#include <nn/losses.hpp>
#include <nn/reduced.hpp>
#include <utility>

namespace ebb::nn {
namespace {

using detail::reduced, detail::require_alike;

bool is_given(const Tensor& x) { return x.storage() != nullptr; }

void require_probabilities(const char* what, const Variable& x) {
  if (x.value().count() == 0) return;
  const double smallest = amin(x.value()).item(), largest = amax(x.value()).item();
  if (smallest >= 0 && largest <= 1) return;
  throw Error(text("binary_cross_entropy: ", what, " must lie in [0, 1], and these reach from ",
                   smallest, " to ", largest,
                   "; try binary_cross_entropy_with_logits, or sigmoid first"));
}

// The classes as the last axis.
Variable classes_last(const char* operation, const Variable& x) {
  if (x.rank() == 0)
    throw ShapeError(text(operation, ": ", x.shape(), " has no axis of classes; try [n, classes]"));
  if (x.rank() < 3) return x;
  Shape order = {0};
  for (int axis = 2; axis < x.rank(); ++axis) order.push_back(axis);
  order.push_back(1);
  return permute(x, order);
}

void require_weights(const char* operation, const Tensor& weight, const Variable& x) {
  if (is_given(weight) && weight.shape() != Shape{x.shape().back()})
    throw ShapeError(text(operation, ": weight ", weight.shape(),
                          " must be one number for each of ", x.shape().back(),
                          " classes; try reshape"));
}

// Labels, of which some may be ignored.
struct Labels {
  Tensor kept;    // 1 where a label counts, in the dtype of labels
  Tensor chosen;  // the labels, 0 in place of what does not count
  bool all_count;
};
Labels labels_of(const char* operation, const Tensor& labels, const Variable& x,
                 std::int64_t ignored) {
  if (labels.dtype() != DType::int32)
    throw DTypeError(text(operation, ": labels must be int32, not ", labels.dtype(), ' ',
                          labels.shape(),
                          "; try cast, or probabilities in the shape of the logits"));
  Shape expected = x.shape();
  expected.erase(x.rank() - 1);
  if (labels.shape() != expected)
    throw ShapeError(text(operation, ": labels ", labels.shape(), " must be ", expected,
                          ", as the input without its axis of classes; try reshape"));
  const Tensor kept = labels != static_cast<double>(ignored);
  const bool all = labels.count() == 0 || amin(kept).item() == 1;
  const Tensor chosen = all ? labels : where(kept, labels, 0);
  detail::require_labels(operation, chosen, x.shape().back());
  return {kept, chosen, all};
}

// The losses of labels from log p of each, and the sum of all classes' where a part of the target
// is spread over them.
Variable of_labels(const Variable& log_p, const Variable& spread, const Labels& labels,
                   std::int64_t classes, const CrossEntropyOptions& options) {
  if (labels.all_count && !is_given(options.weight) && options.label_smoothing == 0)
    return -reduced(log_p, options.reduction);
  Tensor counts = cast(labels.kept, log_p.dtype());
  if (is_given(options.weight))
    counts = counts *
             reshape(index_select(options.weight, 0, reshape(labels.chosen, {-1})), counts.shape());
  Variable losses = -(counts * log_p);
  if (options.label_smoothing > 0)
    losses = (1 - options.label_smoothing) * losses -
             options.label_smoothing / static_cast<double>(classes) * spread;
  losses = where(labels.kept, losses, 0.0);
  if (options.reduction != LossReduction::mean) return reduced(losses, options.reduction);
  return sum(losses) / sum(counts);
}

// Σ w log p over the classes, which are the last axis.
Variable sum_of_classes(const Variable& log_p, const Tensor& weight) {
  return sum(is_given(weight) ? log_p * weight : log_p, -1);
}

Variable of_probabilities(const Variable& x, const Variable& target,
                          const CrossEntropyOptions& options) {
  const double even = options.label_smoothing / static_cast<double>(x.shape().back());
  const Variable smooth =
      options.label_smoothing > 0 ? target * (1 - options.label_smoothing) + even : target;
  const Variable losses = -sum_of_classes(smooth * log_softmax(x, -1), options.weight);
  return reduced(losses, options.reduction);
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

Variable binary_cross_entropy_with_logits(const Variable& logits, const Variable& target,
                                          const BinaryCrossEntropyOptions& options) {
  if (!is_given(options.weight) && !is_given(options.pos_weight))
    return binary_cross_entropy_with_logits(logits, target, options.reduction);
  require_alike("binary_cross_entropy_with_logits", "logits", logits, "target", target);
  Variable losses = -Bernoulli{logits}.log_probability(target);
  if (is_given(options.pos_weight))
    losses = losses - (options.pos_weight - 1) * target * log_sigmoid(logits);
  if (is_given(options.weight)) losses = losses * options.weight;
  require_alike("binary_cross_entropy_with_logits", "logits", logits, "weighted losses", losses);
  return reduced(losses, options.reduction);
}

Variable binary_cross_entropy(const Variable& probabilities, const Variable& target,
                              const BinaryCrossEntropyOptions& options) {
  require_alike("binary_cross_entropy", "probabilities", probabilities, "target", target);
  require_probabilities("probabilities", probabilities);
  require_probabilities("targets", target);
  if (is_given(options.pos_weight))
    throw Error(text("binary_cross_entropy: pos_weight ", options.pos_weight.shape(),
                     " is for logits; try binary_cross_entropy_with_logits, or weight"));
  const auto logarithms = [](const auto& p) {
    return std::pair(clamp(log(p), -100, INFINITY), clamp(log1p(-p), -100, INFINITY));
  };
  const auto [log_p, log_q] = logarithms(probabilities.value());
  const Tensor& t = target.value();
  Variable losses = record("binary_cross_entropy", t * -log_p - (1 - t) * log_q,
                           Wrt{probabilities,
                               [p = saved(probabilities), t = saved(target)](const Variable& dy) {
                                 return dy * ((p - t) / maximum(p * (1 - p), 1e-12));
                               }},
                           Wrt{target, [p = saved(probabilities), logarithms](const Variable& dy) {
                                 const Variable& x = p;
                                 const auto both = logarithms(x);
                                 return dy * (both.second - both.first);
                               }});
  if (is_given(options.weight)) losses = losses * options.weight;
  require_alike("binary_cross_entropy", "probabilities", probabilities, "weighted losses", losses);
  return reduced(losses, options.reduction);
}

Variable cross_entropy(const Variable& logits, const Variable& target,
                       const CrossEntropyOptions& options) {
  const double part = options.label_smoothing;
  if (!(part >= 0 && part <= 1))
    throw Error(text("cross_entropy: label_smoothing ", part, " is not in [0, 1]; try 0.1"));
  const Variable x = classes_last("cross_entropy", logits);
  require_weights("cross_entropy", options.weight, x);
  if (is_floating(target.dtype()) && target.rank() == logits.rank()) {
    require_alike("cross_entropy", "logits", logits, "target", target);
    return of_probabilities(x, classes_last("cross_entropy", target), options);
  }
  const Labels labels = labels_of("cross_entropy", target.value(), x, options.ignore_index);
  if (part == 0)
    return of_labels(log_softmax_at(x, labels.chosen), {}, labels, x.shape().back(), options);
  const Variable log_p = log_softmax(x, -1);
  const Variable at = squeeze(gather(log_p, -1, unsqueeze(labels.chosen, -1)), -1);
  return of_labels(at, sum_of_classes(log_p, options.weight), labels, x.shape().back(), options);
}

Variable cross_entropy(const Variable& logits, const Variable& target, LossReduction reduction) {
  return cross_entropy(logits, target, CrossEntropyOptions{.reduction = reduction});
}

Variable nll_loss(const Variable& log_probabilities, const Tensor& target,
                  const CrossEntropyOptions& options) {
  if (options.label_smoothing != 0)
    throw Error(text("nll_loss: label_smoothing ", options.label_smoothing,
                     " is cross_entropy's; try that, with logits"));
  const Variable x = classes_last("nll_loss", log_probabilities);
  require_weights("nll_loss", options.weight, x);
  const Labels labels = labels_of("nll_loss", target, x, options.ignore_index);
  const Variable at = squeeze(gather(x, -1, unsqueeze(labels.chosen, -1)), -1);
  return of_labels(at, {}, labels, x.shape().back(), options);
}

Variable kl_div(const Variable& x, const Variable& target, const DivergenceOptions& options) {
  require_alike("kl_div", "log_probabilities", x, "target", target);
  if (options.log_target) return reduced(exp(target) * (target - x), options.reduction);
  const Variable positive = where(target > 0, target, 1.0);  // 0 log 0 is 0
  return reduced(where(target == 0, 0.0, target * log(positive)) - target * x, options.reduction);
}

}  // namespace ebb::nn
