#include <doctest/doctest.h>

#include <autograd/check.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <autograd/trace.hpp>
#include <autograd/views.hpp>
#include <autograd/windows/convolve.hpp>
#include <tests/array_operations.hpp>
#include <tests/operations.hpp>

using namespace ebb;

namespace {

// Everything in two dimensions, with as many zeros before x as given.
struct Naive {
  Pair stride = 1, before = 0, dilation = 1;
  std::int64_t groups = 1;

  // Calls body(place of x, place of w, place of y) wherever a tap of a window lies on x: the nine
  // loops, of which a convolution adds up y, its transpose x, and the gradient of its weight w.
  template <class Body>
  void each(const Shape& x, const Shape& w, const Shape& y, const Body& body) const {
    for (const Shape& to : places(y))
      for (const Shape& tap : places({w[1], w[2], w[3]})) {
        const std::int64_t channel = to[1] / (w[0] / groups) * w[1] + tap[0],
                           row = to[2] * stride.height + tap[1] * dilation.height - before.height,
                           column = to[3] * stride.width + tap[2] * dilation.width - before.width;
        if (row >= 0 && row < x[2] && column >= 0 && column < x[3])
          body(Shape{to[0], channel, row, column}, Shape{to[1], tap[0], tap[1], tap[2]}, to);
      }
  }
};

// [n, channels, height, width], whatever is missing.
Array image(Array x, int axes) {
  if (x.shape.rank() == axes + 1) x.shape.insert(0, 1);
  if (axes == 1) x.shape.insert(2, 1);
  return x;
}
Array asked(Array y, int axes, const Shape& input) {
  if (axes == 1) y.shape.erase(2);
  if (input.rank() == axes + 1) y.shape.erase(0);
  return y;
}
Naive naive(int axes, const ConvolveOptions& options, const Shape& w) {
  Naive loops = {options.stride, options.padding.each(), options.dilation, options.groups};
  if (options.padding.same())
    loops.before = {loops.dilation.height * (w[2] - 1) / 2, loops.dilation.width * (w[3] - 1) / 2};
  if (axes == 1) loops.stride.height = loops.dilation.height = 1, loops.before.height = 0;
  return loops;
}

void add_bias(Array& y, const Array& bias) {
  for (const Shape& place : places(y.shape)) y.at(place) += bias.at({place[1]});
}

Array convolved(const Arrays& given, int axes, const ConvolveOptions& options) {
  const Array x = image(given[0], axes);
  Array w = given[1];
  if (axes == 1) w.shape.insert(2, 1);
  const Naive loops = naive(axes, options, w.shape);
  const auto length = [&](std::int64_t in, std::int64_t kernel, std::int64_t stride,
                          std::int64_t before, std::int64_t dilation) {
    return options.padding.same() ? in
                                  : (in + 2 * before - dilation * (kernel - 1) - 1) / stride + 1;
  };
  Array y({x.shape[0], w.shape[0],
           length(x.shape[2], w.shape[2], loops.stride.height, loops.before.height,
                  loops.dilation.height),
           length(x.shape[3], w.shape[3], loops.stride.width, loops.before.width,
                  loops.dilation.width)});
  loops.each(x.shape, w.shape, y.shape,
             [&](const Shape& of_x, const Shape& of_w, const Shape& of_y) {
               y.at(of_y) += x.at(of_x) * w.at(of_w);
             });
  if (given.size() > 2) add_bias(y, given[2]);
  return asked(y, axes, given[0].shape);
}

Array transposed(const Arrays& given, int axes, const ConvolveTransposeOptions& options) {
  const Array y = image(given[0], axes);
  Array w = given[1];
  if (axes == 1) w.shape.insert(2, 1);
  const Naive loops =
      naive(axes, {options.stride, options.padding, options.dilation, options.groups}, w.shape);
  const auto length = [&](std::int64_t out, std::int64_t kernel, std::int64_t stride,
                          std::int64_t before, std::int64_t dilation, std::int64_t more) {
    return (out - 1) * stride - 2 * before + dilation * (kernel - 1) + more + 1;
  };
  Array x({y.shape[0], w.shape[1] * options.groups,
           length(y.shape[2], w.shape[2], loops.stride.height, loops.before.height,
                  loops.dilation.height, axes == 1 ? 0 : options.output_padding.height),
           length(y.shape[3], w.shape[3], loops.stride.width, loops.before.width,
                  loops.dilation.width, options.output_padding.width)});
  loops.each(x.shape, w.shape, y.shape,
             [&](const Shape& of_x, const Shape& of_w, const Shape& of_y) {
               x.at(of_x) += y.at(of_y) * w.at(of_w);
             });
  if (given.size() > 2) add_bias(x, given[2]);
  return asked(x, axes, given[0].shape);
}

// k products of numbers below 1, here and in the twin.
double roundings_of(std::int64_t k) { return static_cast<double>(2 * k + 4); }

std::string described(const Shape& x, const Shape& w, const auto& options) {
  return text(" of ", x, " and ", w, " in steps of ", options.stride.height, " and ",
              options.stride.width, ", ", options.groups, " groups, apart ",
              options.dilation.height, " and ", options.dilation.width);
}

ArrayOperation forward_row(const Shape& x, const Shape& w, const ConvolveOptions& options = {},
                           bool bias = false) {
  const int axes = w.rank() - 2;
  ArrayOperation row = {.name = text("conv", axes, "d", described(x, w, options)),
                        .function =
                            [=](X in) {
                              if (axes == 1)
                                return in.size() < 3 ? conv1d(in[0], in[1], options)
                                                     : conv1d(in[0], in[1], in[2], options);
                              return in.size() < 3 ? conv2d(in[0], in[1], options)
                                                   : conv2d(in[0], in[1], in[2], options);
                            },
                        .inputs = {{x, -1, 1}, {w, -1, 1}},
                        .twin = [=](const Arrays& in) { return convolved(in, axes, options); },
                        .roundings = roundings_of(w.count() / std::max<std::int64_t>(1, w[0]))};
  if (bias) row.inputs.push_back({{w[0]}, -1, 1});
  return row;
}

ArrayOperation back_row(const Shape& x, const Shape& w,
                        const ConvolveTransposeOptions& options = {}, bool bias = false) {
  const int axes = w.rank() - 2;
  ArrayOperation row = {.name = text("conv_transpose", axes, "d", described(x, w, options)),
                        .function =
                            [=](X in) {
                              if (axes == 1)
                                return in.size() < 3
                                           ? conv_transpose1d(in[0], in[1], options)
                                           : conv_transpose1d(in[0], in[1], in[2], options);
                              return in.size() < 3 ? conv_transpose2d(in[0], in[1], options)
                                                   : conv_transpose2d(in[0], in[1], in[2], options);
                            },
                        .inputs = {{x, -1, 1}, {w, -1, 1}},
                        .twin = [=](const Arrays& in) { return transposed(in, axes, options); },
                        .roundings = roundings_of(w.count() / std::max<std::int64_t>(1, w[1]))};
  if (bias) row.inputs.push_back({{w[1] * options.groups}, -1, 1});
  return row;
}

}  // namespace

std::vector<ArrayOperation> convolution_rows() {
  std::vector<ArrayOperation> rows = {
      forward_row({2, 3, 5, 4}, {2, 3, 3, 2}, {}, true),
      forward_row({1, 2, 5, 6}, {3, 2, 3, 3}, {.stride = 2, .padding = 1}),
      forward_row({2, 2, 4, 7}, {2, 2, 2, 3},
                  {.stride = {1, 3}, .padding = Pair{0, 2}, .dilation = {2, 1}}, true),
      forward_row({1, 2, 5, 7}, {2, 2, 2, 3}, {.stride = {3, 2}, .padding = 2, .dilation = {1, 2}}),
      forward_row({1, 4, 4, 4}, {6, 2, 2, 2}, {.groups = 2}, true),
      forward_row({2, 3, 3, 3}, {3, 1, 3, 3}, {.padding = "same", .groups = 3}),
      forward_row({3, 4, 3}, {2, 3, 2, 4}, {.padding = "same", .dilation = {1, 2}}, true),
      forward_row({2, 3, 1, 4}, {4, 3, 1, 1}),
      forward_row({1, 1, 7, 7}, {1, 1, 2, 1}, {.stride = 4}),
      forward_row({2, 2, 9}, {3, 2, 3}, {.stride = 2, .padding = 1, .dilation = 2}, true),
      forward_row({2, 7}, {3, 2, 4}, {.padding = "same"}),
      forward_row({1, 6, 4, 4}, {2, 6, 3, 3}, {}, true),  // by sums along k, and turned around
      forward_row({1, 2, 4, 3}, {17, 2, 2, 3}, {.padding = 1}, true),
      forward_row({0, 2, 4, 4}, {3, 2, 3, 3}, {}, true),
      back_row({2, 2, 3, 2}, {2, 3, 3, 2}, {}, true),
      back_row({1, 2, 3, 3}, {2, 2, 4, 4}, {.stride = 2, .padding = 1}),
      back_row({1, 2, 2, 3}, {2, 1, 2, 3}, {.stride = {3, 2}, .output_padding = {2, 1}}, true),
      back_row({1, 4, 3, 2}, {4, 1, 2, 2},
               {.stride = 2, .padding = 1, .output_padding = 1, .groups = 2, .dilation = 2}, true),
      back_row({1, 2, 3, 4}, {2, 2, 3, 2},
               {.stride = {2, 4}, .padding = {1, 0}, .dilation = {3, 2}}),
      back_row({2, 2, 5}, {2, 3, 3}, {.stride = 2, .padding = 1, .output_padding = 1}, true),
      back_row({2, 4}, {2, 1, 2}),
      back_row({1, 17, 3, 2}, {17, 1, 4, 4}, {.stride = 2, .padding = 1}, true),
      back_row({1, 2, 2, 2}, {2, 18, 1, 3}, {.stride = 2}),
      back_row({0, 2, 2, 2}, {2, 3, 3, 3}),
  };
  // Square, so that a wrong turn has the right shape.
  const ConvolveOptions same = {.padding = 1};
  ArrayOperation& square = rows.emplace_back(forward_row({2, 3, 4, 4}, {3, 3, 3, 3}, same, true));
  square.large = {{8, 24, 20, 21}, {40, 24, 3, 3}, {40}};
  square.wrong_rules = {
      {"the kernel not turned",
       [=](X x, V, V dy) { return conv2d(dy, transpose(x[1], 0, 1), same); }},
      {"channels not exchanged",
       [=](X x, V, V dy) { return conv_transpose2d(dy, transpose(x[1], 0, 1), {.padding = 1}); }},
      {"a weight kept as a number",
       [=](X x, V, V dy) { return conv_transpose2d(dy, constant(x[1]), {.padding = 1}); }, 0, 2},
      {"the bias summed over the wrong axes",
       [](X, V, V dy) {
         return slice(sum(dy, {0, 1, 2}), 0, 0, 3);
       },
       2}};
  square.wrong_values = {
      {"the kernel turned",
       [=](X x) { return conv_transpose2d(x[0], transpose(x[1], 0, 1), x[2], {.padding = 1}); }}};
  ArrayOperation& turned = rows.emplace_back(back_row({2, 3, 4, 4}, {3, 3, 3, 3}, {.padding = 1}));
  turned.large = {{8, 24, 10, 11}, {24, 20, 3, 3}};
  turned.wrong_rules = {{"turned once more", [](X x, V, V dy) {
                           return conv_transpose2d(dy, transpose(x[1], 0, 1), {.padding = 1});
                         }}};
  ArrayOperation& line = rows.emplace_back(forward_row({2, 3, 5}, {3, 3, 3}, same));
  line.wrong_rules = {
      {"not turned", [=](X x, V, V dy) { return conv1d(dy, transpose(x[1], 0, 1), same); }}};
  ArrayOperation& back = rows.emplace_back(back_row({2, 3, 5}, {3, 3, 3}, {.padding = 1}));
  back.wrong_rules = {{"turned once more", [](X x, V, V dy) {
                         return conv_transpose1d(dy, transpose(x[1], 0, 1), {.padding = 1});
                       }}};
  return rows;
}
