#include <autograd/elementwise.hpp>
#include <autograd/normalize.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <cmath>
#include <nn/layers/normalization.hpp>
#include <nn/pass.hpp>
#include <nn/start.hpp>
#include <nn/within.hpp>

namespace ebb::nn {
namespace {

void require_epsilon(const char* name, double epsilon) {
  if (!(epsilon >= 0 && std::isfinite(epsilon)))
    throw Error(
        text(name, ": an epsilon of ", epsilon, "; it must be finite and at least 0, try 1e-5"));
}

// Weight and bias as all layers of this file begin them.
template <class Layer>
void begin_affine(Layer& layer, const Shape& shape) {
  layer.weight.emplace(shape, ParameterOptions{.start = constant(1)});
  layer.bias.emplace(shape);
}

Variable value_of(const std::optional<Parameter>& one) { return one ? Variable(*one) : Variable(); }

}  // namespace

LayerNorm::LayerNorm(const Shape& shape, const LayerNormOptions& options)
    : shape_(shape), epsilon_(options.epsilon) {
  require_epsilon("layer_norm", epsilon_);
  if (options.affine) begin_affine(*this, shape);
  if (!options.bias) bias.reset();
}

Variable LayerNorm::operator()(const Variable& x) const {
  return within(*this,
                [&] { return layer_norm(x, shape_, value_of(weight), value_of(bias), epsilon_); });
}

void LayerNorm::visit(Visitor& v) {
  v("weight", weight);
  v("bias", bias);
}

GroupNorm::GroupNorm(std::int64_t groups, std::int64_t channels, const GroupNormOptions& options)
    : groups_(groups), epsilon_(options.epsilon) {
  require_epsilon("group_norm", epsilon_);
  if (groups < 1 || channels % groups != 0)
    throw ShapeError(text("group_norm: ", groups, " groups of ", channels,
                          " channels; try a number that divides them"));
  if (options.affine) begin_affine(*this, {channels});
}

Variable GroupNorm::operator()(const Variable& x) const {
  return within(*this,
                [&] { return group_norm(x, groups_, value_of(weight), value_of(bias), epsilon_); });
}

void GroupNorm::visit(Visitor& v) {
  v("weight", weight);
  v("bias", bias);
}

template <class Options>
RunningNorm::RunningNorm(const char* name, std::int64_t features, const Options& options)
    : features_(features), epsilon_(options.epsilon), momentum_(options.momentum) {
  require_epsilon(name, epsilon_);
  if (!(momentum_ >= 0 && momentum_ <= 1))
    throw Error(text(name, ": a momentum of ", momentum_, "; it must be from 0 to 1, try 0.1"));
  if (options.affine) begin_affine(*this, {features});
  if (options.track) {
    running_mean.emplace(Shape{features});
    running_var.emplace(Shape{features}, BufferOptions{.start = constant(1)});
    num_batches_tracked.emplace(Shape{}, BufferOptions{.dtype = DType::int32});
  }
}

Variable RunningNorm::operator()(const Variable& x, Pass& pass) const {
  return run(x, pass.training ? &pass : nullptr);
}

void RunningNorm::visit(Visitor& v) {
  v("weight", weight);
  v("bias", bias);
  v("running_mean", running_mean);
  v("running_var", running_var);
  v("num_batches_tracked", num_batches_tracked);
}

// Notes what the running statistics become by those of `count` values, [features].
void RunningNorm::learn(Pass& pass, const Moments& batch, std::int64_t count) const {
  const auto mix = [&](const Buffer& running, const Tensor& next) {
    pass.note(running, (1 - momentum_) * pass.latest(running) + momentum_ * next);
  };
  const auto n = static_cast<double>(count);
  mix(*running_mean, batch.mean);
  mix(*running_var, batch.variance * (n / (n - 1)));
  pass.note(*num_batches_tracked, pass.latest(*num_batches_tracked) + 1);
}

template <int axes>
BatchNorm<axes>::BatchNorm(std::int64_t features, const BatchNormOptions& options)
    : RunningNorm("batch_norm", features, options) {}

template <int axes>
Variable BatchNorm<axes>::run(const Variable& x, Pass* pass) const {
  return within(*this, [&] {
    const bool fits = axes == 1 ? x.rank() == 2 || x.rank() == 3 : x.rank() == axes + 2;
    if (!fits || x.size(1) != features_)
      throw ShapeError(
          text("batch_norm: input ", x.shape(), " does not fit ", features_,
               " features; it must be [n, ", features_,
               axes == 1 ? text("] or [n, ", features_, ", length]") : ", height, width]",
               ", try reshape"));
    if (pass == nullptr && running_mean)
      return batch_norm(x, running_mean->value(), running_var->value(), value_of(weight),
                        value_of(bias), {.epsilon = epsilon_});
    std::int64_t count = x.size(0);
    for (int axis = 2; axis < x.rank(); ++axis) count *= x.size(axis);
    if (count < 2)
      throw ShapeError(text("batch_norm: input ", x.shape(), " has ", count,
                            count == 1 ? " value" : " values",
                            " per feature, statistics of a batch need at least 2; try a larger "
                            "batch, or leave this one out"));
    Moments batch;
    const Variable y = batch_norm(x, {}, {}, value_of(weight), value_of(bias),
                                  {.training = true, .epsilon = epsilon_, .measured = &batch});
    if (running_mean) learn(*pass, batch, count);
    return y;
  });
}

template <int axes>
InstanceNorm<axes>::InstanceNorm(std::int64_t features, const InstanceNormOptions& options)
    : RunningNorm("instance_norm", features, options) {}

template <int axes>
Variable InstanceNorm<axes>::run(const Variable& x, Pass* pass) const {
  return within(*this, [&]() -> Variable {
    if (x.rank() == axes + 1) return squeeze(run(unsqueeze(x, 0), pass), 0);
    if (x.rank() != axes + 2 || x.size(1) != features_)
      throw ShapeError(text("instance_norm: input ", x.shape(), " does not fit ", features_,
                            " features; it must be [n, ", features_,
                            axes == 1 ? ", length]" : ", height, width]", ", try reshape"));
    const Variable w = value_of(weight), b = value_of(bias);
    if (pass == nullptr && running_mean)
      return instance_norm(x, running_mean->value(), running_var->value(), w, b,
                           {.use_input_stats = false, .epsilon = epsilon_});
    Moments each;
    const Variable y = instance_norm(x, {}, {}, w, b, {.epsilon = epsilon_, .measured = &each});
    const auto over_examples = [&](const Tensor& one) {
      return mean(reshape(one, {x.size(0), features_}), 0);
    };
    if (running_mean && x.size(0) > 0)
      learn(*pass, {over_examples(each.mean), over_examples(each.variance)},
            x.count() / std::max<std::int64_t>(1, x.size(0) * features_));
    return y;
  });
}

template class BatchNorm<1>;
template class BatchNorm<2>;
template class InstanceNorm<1>;
template class InstanceNorm<2>;

}  // namespace ebb::nn
