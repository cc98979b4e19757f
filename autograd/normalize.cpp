#include <autograd/elementwise.hpp>
#include <autograd/joint.hpp>
#include <autograd/normalize.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>

namespace ebb {
namespace {

using detail::Channels, detail::Normalization;

// The definition, of which the fused passes are a faster reading.
Variable plain(const Variable& x, const Variable& weight, const Variable& bias,
               const Normalization& n) {
  const Channels& as = n.as;
  const bool rows = as.groups > 0;
  Variable y = reshape(
      x, rows ? Shape{as.outer, as.groups, as.size()} : Shape{as.outer, as.channels, as.inner});
  const Axes axes = rows ? Axes{2} : Axes{0, 2};
  const auto along = [](const Variable& channels) {
    return reshape(channels, {channels.count(), 1});
  };
  const Variable mean = n.known ? along(n.moments.mean) : ebb::mean(y, axes, true);
  const Variable variance = n.known ? along(n.moments.variance) : var(y, axes, 0, true);
  y = (y - mean) / sqrt(variance + n.epsilon);
  y = reshape(y, {as.outer, as.channels, as.inner});
  if (weight.value().storage()) y = y * along(weight);
  if (bias.value().storage()) y = y + along(bias);
  return reshape(y, x.shape());
}

std::vector<Variable> fused(const Variable& x, const Variable& weight, const Variable& bias,
                            const Normalization& n, const Variable& dy, const Wanted& wanted) {
  const auto slopes =
      detail::normalize_back(dy.value(), x.value(), weight.value(), n, wanted[1] || wanted[2]);
  const auto as = [](const Tensor& slope, const Variable& like) {
    return Variable(reshape(slope, like.shape()));
  };
  return {slopes.x, wanted[1] ? as(slopes.weight, weight) : Variable(),
          wanted[2] ? as(slopes.bias, bias) : Variable()};
}

Variable normalize(const detail::Operation& operation, const Variable& x, const Variable& weight,
                   const Variable& bias, Normalization& n) {
  const Tensor y = detail::normalize(x.value(), weight.value(), bias.value(), n);
  const auto rule = [n, x = saved(x), weight = saved(weight), bias = saved(bias)](
                        const Variable& dy, const Wanted& wanted) {
    const auto definition = [&](const Variable& a, const Variable& b, const Variable& c) {
      return plain(a, b, c, n);
    };
    return recording() ? gradients_of(definition, {x, weight, bias}, dy, wanted)
                       : fused(x, weight, bias, n, dy, wanted);
  };
  return record(operation, y, Wrt{{x, weight, bias}, rule});
}

}  // namespace

Variable layer_norm(const Variable& x, const Shape& normalized_shape, const Variable& weight,
                    const Variable& bias, double epsilon) {
  auto n = detail::layer_normalization(x.value(), normalized_shape, weight.value(), bias.value(),
                                       epsilon);
  return normalize({"layer_norm", {{"normalized_shape", normalized_shape}, {"epsilon", epsilon}}},
                   x, weight, bias, n);
}

Variable group_norm(const Variable& x, std::int64_t groups, const Variable& weight,
                    const Variable& bias, double epsilon) {
  auto n = detail::group_normalization(x.value(), groups, weight.value(), bias.value(), epsilon);
  return normalize({"group_norm", {{"groups", groups}, {"epsilon", epsilon}}}, x, weight, bias, n);
}

Variable instance_norm(const Variable& x, const Tensor& running_mean, const Tensor& running_var,
                       const Variable& weight, const Variable& bias,
                       const InstanceNormOptions& options) {
  auto n = detail::instance_normalization(x.value(), {running_mean, running_var}, weight.value(),
                                          bias.value(), options);
  Variable y =
      normalize({"instance_norm",
                 {{"use_input_stats", options.use_input_stats}, {"epsilon", options.epsilon}}},
                x, weight, bias, n);
  if (options.measured != nullptr) *options.measured = n.moments;
  return y;
}

Variable batch_norm(const Variable& x, const Tensor& running_mean, const Tensor& running_var,
                    const Variable& weight, const Variable& bias, const BatchNormOptions& options) {
  auto n = detail::batch_normalization(x.value(), {running_mean, running_var}, weight.value(),
                                       bias.value(), options);
  Variable y =
      normalize({"batch_norm", {{"training", options.training}, {"epsilon", options.epsilon}}}, x,
                weight, bias, n);
  if (options.measured != nullptr) *options.measured = n.moments;
  return y;
}

}  // namespace ebb
