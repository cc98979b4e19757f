#include <tensor/common/require_value.hpp>
#include <tensor/windows/arguments.hpp>

namespace ebb {

Padding::Padding(const char* name) : same_(std::string_view(name) == "same") {
  if (!same_ && std::string_view(name) != "valid")
    throw Error(text("convolve: a padding of '", name, "'; try a number, 'same' or 'valid'"));
}

namespace detail {
namespace {

using Call = ConvolutionCall;

void require_operands(const char* operation, const Tensor& x, const Tensor& weight,
                      const Tensor* bias) {
  for (const Tensor* each : {&x, &weight, bias}) {
    if (each == nullptr) continue;
    require_value(operation, *each);
    if (each->dtype() != x.dtype() || !is_floating(x.dtype()))
      throw DTypeError(text(operation, ": ", x.dtype(), " ", x.shape(), " with ", each->dtype(),
                            " ", each->shape(), "; all must be float32 or all float64, try cast"));
  }
}

void require_ranks(const char* operation, int axes, const Tensor& x, const Tensor& weight) {
  if ((x.rank() != axes + 1 && x.rank() != axes + 2) || weight.rank() != axes + 2)
    throw ShapeError(text(operation, ": input ", x.shape(), " and weight ", weight.shape(),
                          "; want [n, channels, ", axes == 1 ? "length" : "height, width",
                          "], n may be missing, and a weight of ", axes + 2, " axes"));
}

// How many of which axis, for each number of an option: within bounds, and one where there is one
// axis.
void require_option(const char* operation, int axes, const char* name, Pair given,
                    std::int64_t least) {
  if (axes == 1 && given.height != given.width)
    throw Error(text(operation, ": a ", name, " of ", given.height, " and ", given.width,
                     " for one axis; try one number"));
  if (given.height < least || given.width < least)
    throw Error(text(operation, ": a ", name, " of ",
                     given.height < least ? given.height : given.width, "; it must be at least ",
                     least));
}

void require_groups(const char* operation, std::int64_t groups, std::int64_t in, std::int64_t out,
                    const Tensor& x, const Tensor& weight) {
  if (groups < 1 || in % groups != 0 || out % groups != 0)
    throw ShapeError(text(operation, ": ", groups, " groups of ", in, " and of ", out,
                          " channels; both must divide evenly, input ", x.shape(), ", weight ",
                          weight.shape()));
}

void require_bias(const char* operation, const Tensor* bias, std::int64_t out) {
  if (bias != nullptr && bias->shape() != Shape{out})
    throw ShapeError(text(operation, ": bias ", bias->shape(), " does not fit ", out,
                          " channels of the result: it must be [", out, "]"));
}

// The lengths of an axis, the last but `from_end`; 1 where it is not there.
std::int64_t length(const Tensor& x, int axes, int from_end) {
  return from_end < axes ? x.shape()[x.rank() - 1 - from_end] : 1;
}

// [n, channels, height, width] as it was asked for: without n, without height.
Shape as_asked(Shape shape, int axes, bool batched) {
  if (axes == 1) shape.erase(2);
  if (!batched) shape.erase(0);
  return shape;
}

WindowAxis forward_axis(const char* operation, std::int64_t in, std::int64_t kernel,
                        std::int64_t stride, std::int64_t dilation, const Padding& padding,
                        std::int64_t each) {
  const std::int64_t span = dilation * (kernel - 1) + 1;
  const std::int64_t around = padding.same() ? span - 1 : 2 * each;
  if (kernel < 1 || in + around < span)
    throw ShapeError(text(operation, ": a kernel of ", kernel, ", ", span,
                          " long with its dilation, does not fit an input of ", in, ", ",
                          in + around, " with its padding; try more padding"));
  return {in,       (in + around - span) / stride + 1, kernel, stride,
          dilation, padding.same() ? around / 2 : each};
}

WindowAxis backward_axis(const char* operation, std::int64_t out, std::int64_t kernel,
                         std::int64_t stride, std::int64_t dilation, std::int64_t padding,
                         std::int64_t more) {
  if (more >= stride && more >= dilation)
    throw Error(text(operation, ": an output_padding of ", more, " for a stride of ", stride,
                     " and a dilation of ", dilation, "; it must be below one of them"));
  const std::int64_t in = (out - 1) * stride - 2 * padding + dilation * (kernel - 1) + more + 1;
  if (kernel < 1 || out < 1 || in < 1)
    throw ShapeError(text(operation, ": a result of length ", in, " from an input of ", out,
                          " and a kernel of ", kernel, "; try less padding"));
  return {in, out, kernel, stride, dilation, padding};
}

}  // namespace

Call call_of(const char* operation, int axes, const Tensor& x, const Tensor& weight,
             const Tensor* bias, const ConvolveOptions& options) {
  require_operands(operation, x, weight, bias);
  require_ranks(operation, axes, x, weight);
  require_option(operation, axes, "stride", options.stride, 1);
  require_option(operation, axes, "padding", options.padding.each(), 0);
  require_option(operation, axes, "dilation", options.dilation, 1);
  if (options.padding.same() && options.stride != Pair(1))
    throw Error(text(operation, ": a padding of 'same' with a stride of ", options.stride.width,
                     "; try a stride of 1 or a number"));
  const bool batched = x.rank() == axes + 2;
  const std::int64_t channels = x.shape()[batched ? 1 : 0], out = weight.shape()[0];
  require_groups(operation, options.groups, channels, out, x, weight);
  if (channels != weight.shape()[1] * options.groups)
    throw ShapeError(text(operation, ": input ", x.shape(), " does not fit weight ", weight.shape(),
                          " in ", options.groups, " groups: it must have ",
                          weight.shape()[1] * options.groups, " channels, not ", channels));
  require_bias(operation, bias, out);
  const auto axis = [&](int from_end, std::int64_t Pair::*of) {
    const bool there = from_end < axes;
    return forward_axis(operation, length(x, axes, from_end), length(weight, axes, from_end),
                        there ? options.stride.*of : 1, there ? options.dilation.*of : 1,
                        there ? options.padding : Padding(0),
                        there ? options.padding.each().*of : 0);
  };
  const Convolution c = {batched ? x.shape()[0] : 1, options.groups,         weight.shape()[1],
                         out / options.groups,       axis(1, &Pair::height), axis(0, &Pair::width)};
  return {c, c.x_shape(), c.w_shape(), as_asked(c.y_shape(), axes, batched)};
}

Call call_of(const char* operation, int axes, const Tensor& x, const Tensor& weight,
             const Tensor* bias, const ConvolveTransposeOptions& options) {
  require_operands(operation, x, weight, bias);
  require_ranks(operation, axes, x, weight);
  require_option(operation, axes, "stride", options.stride, 1);
  require_option(operation, axes, "padding", options.padding, 0);
  require_option(operation, axes, "output_padding", options.output_padding, 0);
  require_option(operation, axes, "dilation", options.dilation, 1);
  const bool batched = x.rank() == axes + 2;
  const std::int64_t channels = x.shape()[batched ? 1 : 0], in = weight.shape()[1];
  require_groups(operation, options.groups, channels, in * options.groups, x, weight);
  if (channels != weight.shape()[0])
    throw ShapeError(text(operation, ": input ", x.shape(), " does not fit weight ", weight.shape(),
                          ": it must have ", weight.shape()[0], " channels, not ", channels));
  require_bias(operation, bias, in * options.groups);
  const auto axis = [&](int from_end, std::int64_t Pair::*of) {
    const bool there = from_end < axes;
    return backward_axis(operation, length(x, axes, from_end), length(weight, axes, from_end),
                         there ? options.stride.*of : 1, there ? options.dilation.*of : 1,
                         there ? options.padding.*of : 0, there ? options.output_padding.*of : 0);
  };
  const Convolution c = {batched ? x.shape()[0] : 1, options.groups,         in,
                         channels / options.groups,  axis(1, &Pair::height), axis(0, &Pair::width)};
  return {c, c.y_shape(), c.w_shape(), as_asked(c.x_shape(), axes, batched)};
}

}  // namespace detail
}  // namespace ebb
