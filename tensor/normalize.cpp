#include <cmath>
#include <tensor/common/require_value.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/normalize/passes.hpp>
#include <tensor/views.hpp>

namespace ebb {
namespace detail {
namespace {

bool has(const Tensor& x) { return x.storage() != nullptr; }

// One of the small inputs, if it is there.
void check(const char* operation, const char* what, const Tensor& one, const Tensor& x,
           const Shape& shape) {
  if (!has(one)) return;
  if (one.shape() != shape)
    throw ShapeError(text(operation, ": ", what, ' ', one.shape(), " does not fit input ",
                          x.shape(), "; try ", shape));
  if (one.dtype() != x.dtype())
    throw DTypeError(
        text(operation, ": ", what, " is ", one.dtype(), ", the input ", x.dtype(), "; try cast"));
}

// x as [n, channels, inner], without groups, and its weight and bias looked at.
Channels channels_of(const char* operation, const Tensor& x, const Tensor& weight,
                     const Tensor& bias) {
  require_value(operation, x);
  if (!is_floating(x.dtype()))
    throw DTypeError(text(operation, ": ", x.dtype(), ' ', x.shape(), "; try cast to float32"));
  if (x.rank() < 2)
    throw ShapeError(
        text(operation, ": input ", x.shape(), " is not [n, channels, ...]; try reshape"));
  Channels as = {x.shape()[0], x.shape()[1], 1, 0};
  for (int axis = 2; axis < x.rank(); ++axis) as.inner *= x.shape()[axis];
  check(operation, "weight", weight, x, {as.channels});
  check(operation, "bias", bias, x, {as.channels});
  return as;
}

void require_several(const char* operation, const Tensor& x, std::int64_t count, const char* what) {
  if (count == 1)
    throw ShapeError(text(operation, ": input ", x.shape(), " has one value per ", what,
                          ", which has no variance; try a larger input"));
}

// By moments that are known.
Normalization known(const char* operation, const Tensor& x, const Moments& running,
                    const Channels& as, double epsilon) {
  for (const Tensor& one : {running.mean, running.variance})
    if (!has(one))
      throw Error(text(operation, ": input ", x.shape(),
                       " has nothing to go by; give a running mean and variance, or try to measure "
                       "it"));
  check(operation, "running mean", running.mean, x, {as.channels});
  check(operation, "running variance", running.variance, x, {as.channels});
  return {as, epsilon, true, {contiguous(running.mean), contiguous(running.variance)}};
}

// Of one that is not given: what it would be.
Tensor or_full(const Tensor& x, const Tensor& other, double value) {
  if (has(x)) return reshape(contiguous(x), {x.count()});
  return has(other) ? full({other.count()}, value, other.dtype()) : x;
}

}  // namespace

Tensor repeat_inner(const Tensor& channels, std::int64_t inner) {
  const std::int64_t n = channels.count();
  if (inner == 1) return channels;
  return reshape(contiguous(expand(unsqueeze(channels, 1), {n, inner})), {n * inner});
}

Normalization layer_normalization(const Tensor& x, const Shape& normalized_shape,
                                  const Tensor& weight, const Tensor& bias, double epsilon) {
  require_value("layer_norm", x);
  if (!is_floating(x.dtype()))
    throw DTypeError(text("layer_norm: ", x.dtype(), ' ', x.shape(), "; try cast to float32"));
  const int first = x.rank() - normalized_shape.rank();
  bool fits = normalized_shape.rank() > 0 && first >= 0;
  Channels as = {1, 1, 1, 1};
  for (int axis = 0; fits && axis < x.rank(); ++axis) {
    fits = axis < first || x.shape()[axis] == normalized_shape[axis - first];
    (axis < first ? as.outer : as.channels) *= x.shape()[axis];
  }
  if (!fits)
    throw ShapeError(text("layer_norm: input ", x.shape(), " does not end with the shape ",
                          normalized_shape, "; try its last lengths, one at least"));
  check("layer_norm", "weight", weight, x, normalized_shape);
  check("layer_norm", "bias", bias, x, normalized_shape);
  return {as, epsilon};
}

Normalization group_normalization(const Tensor& x, std::int64_t groups, const Tensor& weight,
                                  const Tensor& bias, double epsilon) {
  Channels as = channels_of("group_norm", x, weight, bias);
  if (groups < 1 || as.channels % groups != 0)
    throw ShapeError(text("group_norm: ", groups, " groups of the ", as.channels,
                          " channels of input ", x.shape(), "; try a number that divides them"));
  as.groups = groups;
  require_several("group_norm", x, as.outer * as.size(), "group");
  return {as, epsilon};
}

Normalization instance_normalization(const Tensor& x, const Moments& running, const Tensor& weight,
                                     const Tensor& bias, const InstanceNormOptions& options) {
  Channels as = channels_of("instance_norm", x, weight, bias);
  if (!options.use_input_stats) return known("instance_norm", x, running, as, options.epsilon);
  require_several("instance_norm", x, as.inner, "channel of an example");
  as.groups = as.channels;
  return {as, options.epsilon};
}

Normalization batch_normalization(const Tensor& x, const Moments& running, const Tensor& weight,
                                  const Tensor& bias, const BatchNormOptions& options) {
  const Channels as = channels_of("batch_norm", x, weight, bias);
  if (!options.training) return known("batch_norm", x, running, as, options.epsilon);
  require_several("batch_norm", x, as.outer * as.inner, "channel");
  return {as, options.epsilon};
}

Tensor normalize(const Tensor& x, const Tensor& weight, const Tensor& bias, Normalization& n) {
  if (x.count() == 0) {
    if (!n.known)
      n.moments = {full({n.as.count()}, NAN, x.dtype()), full({n.as.count()}, NAN, x.dtype())};
    return empty(x.shape(), x.dtype());
  }
  const Tensor gain = or_full(weight, bias, 1), shift = or_full(bias, weight, 0);
  return n.as.groups > 0 ? normalize_rows(contiguous(x), gain, shift, n)
                         : normalize_channels(contiguous(x), gain, shift, n);
}

NormalizationSlopes normalize_back(const Tensor& dy, const Tensor& x, const Tensor& weight,
                                   const Normalization& n, bool wants_parameters) {
  if (x.count() == 0)
    return {zeros(x.shape(), x.dtype()), zeros({n.as.channels}, x.dtype()),
            zeros({n.as.channels}, x.dtype())};
  const Tensor ones = wants_parameters && !has(weight) ? full({n.as.channels}, 1, x.dtype())
                                                       : or_full(weight, {}, 1);
  return n.as.groups > 0
             ? normalize_rows_back(contiguous(dy), contiguous(x), ones, n)
             : normalize_channels_back(contiguous(dy), contiguous(x), ones, n, wants_parameters);
}

}  // namespace detail

Tensor layer_norm(const Tensor& x, const Shape& normalized_shape, const Tensor& weight,
                  const Tensor& bias, double epsilon) {
  auto n = detail::layer_normalization(x, normalized_shape, weight, bias, epsilon);
  return detail::normalize(x, weight, bias, n);
}

Tensor group_norm(const Tensor& x, std::int64_t groups, const Tensor& weight, const Tensor& bias,
                  double epsilon) {
  auto n = detail::group_normalization(x, groups, weight, bias, epsilon);
  return detail::normalize(x, weight, bias, n);
}

Tensor instance_norm(const Tensor& x, const Tensor& running_mean, const Tensor& running_var,
                     const Tensor& weight, const Tensor& bias, const InstanceNormOptions& options) {
  auto n = detail::instance_normalization(x, {running_mean, running_var}, weight, bias, options);
  Tensor y = detail::normalize(x, weight, bias, n);
  if (options.measured != nullptr) *options.measured = n.moments;
  return y;
}

Tensor batch_norm(const Tensor& x, const Tensor& running_mean, const Tensor& running_var,
                  const Tensor& weight, const Tensor& bias, const BatchNormOptions& options) {
  auto n = detail::batch_normalization(x, {running_mean, running_var}, weight, bias, options);
  Tensor y = detail::normalize(x, weight, bias, n);
  if (options.measured != nullptr) *options.measured = n.moments;
  return y;
}

}  // namespace ebb
