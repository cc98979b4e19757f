#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <autograd/windows/convolve.hpp>
#include <tensor/windows/arguments.hpp>

namespace ebb {
namespace {

using detail::Convolution;
using Lengths = std::span<const std::int64_t>;

// y = x * w, or back from y to x; and what w gets of them. Each is linear in both of its factors,
// so that its rules are the other two.
template <bool forward>
Variable convolve(const char* name, const Variable& x, const Variable& w, const Variable* bias,
                  const Convolution& c, int axes = 2);

Variable correlate(const Variable& x, const Variable& y, const Convolution& c) {
  const auto rule_of_x = [y = saved(y), c](const Variable& dw) {
    return convolve<false>("convolve_back", y, dw, nullptr, c);
  };
  const auto rule_of_y = [x = saved(x), c](const Variable& dw) {
    return convolve<true>("convolve", x, dw, nullptr, c);
  };
  return record("correlate", detail::correlate(x.value(), y.value(), c), Wrt{x, rule_of_x},
                Wrt{y, rule_of_y});
}

template <bool forward>
Variable convolve(const char* name, const Variable& x, const Variable& w, const Variable* bias,
                  const Convolution& c, int axes) {
  const auto rule_of_x = [w = saved(w), c](const Variable& dy) {
    return convolve<!forward>(forward ? "convolve_back" : "convolve", dy, w, nullptr, c);
  };
  const auto rule_of_w = [x = saved(x), c](const Variable& dy) {
    return forward ? correlate(x, dy, c) : correlate(dy, x, c);
  };
  const auto rule_of_bias = [](const Variable& dy) { return sum(dy, {0, 2, 3}); };
  std::vector<Wrt<decltype(rule_of_bias)>> added;
  if (bias != nullptr) added.push_back({*bias, rule_of_bias});
  const auto product = forward ? detail::convolve : detail::convolve_back;
  const std::int64_t stride[] = {c.rows.stride, c.columns.stride},
                     padding[] = {c.rows.before, c.columns.before},
                     dilation[] = {c.rows.dilation, c.columns.dilation};
  const auto last = static_cast<std::size_t>(axes);
  return record({name,
                 {{"stride", Lengths(stride).last(last)},
                  {"padding", Lengths(padding).last(last)},
                  {"dilation", Lengths(dilation).last(last)},
                  {"groups", c.groups}}},
                product(x.value(), w.value(), bias == nullptr ? nullptr : &bias->value(), c),
                Wrt{x, rule_of_x}, Wrt{w, rule_of_w}, std::move(added));
}

template <class Options>
Variable run(const char* name, int axes, const Variable& x, const Variable& weight,
             const Variable* bias, const Options& options) {
  constexpr bool forward = std::is_same_v<Options, ConvolveOptions>;
  const detail::ConvolutionCall call = detail::call_of(
      name, axes, x.value(), weight.value(), bias == nullptr ? nullptr : &bias->value(), options);
  return reshape(convolve<forward>(name, reshape(x, call.input), reshape(weight, call.weight), bias,
                                   call.convolution, axes),
                 call.result);
}

}  // namespace

Variable conv1d(const Variable& x, const Variable& weight, const ConvolveOptions& options) {
  return run("conv1d", 1, x, weight, nullptr, options);
}
Variable conv1d(const Variable& x, const Variable& weight, const Variable& bias,
                const ConvolveOptions& options) {
  return run("conv1d", 1, x, weight, &bias, options);
}
Variable conv2d(const Variable& x, const Variable& weight, const ConvolveOptions& options) {
  return run("conv2d", 2, x, weight, nullptr, options);
}
Variable conv2d(const Variable& x, const Variable& weight, const Variable& bias,
                const ConvolveOptions& options) {
  return run("conv2d", 2, x, weight, &bias, options);
}

Variable conv_transpose1d(const Variable& x, const Variable& weight,
                          const ConvolveTransposeOptions& options) {
  return run("conv_transpose1d", 1, x, weight, nullptr, options);
}
Variable conv_transpose1d(const Variable& x, const Variable& weight, const Variable& bias,
                          const ConvolveTransposeOptions& options) {
  return run("conv_transpose1d", 1, x, weight, &bias, options);
}
Variable conv_transpose2d(const Variable& x, const Variable& weight,
                          const ConvolveTransposeOptions& options) {
  return run("conv_transpose2d", 2, x, weight, nullptr, options);
}
Variable conv_transpose2d(const Variable& x, const Variable& weight, const Variable& bias,
                          const ConvolveTransposeOptions& options) {
  return run("conv_transpose2d", 2, x, weight, &bias, options);
}

}  // namespace ebb
