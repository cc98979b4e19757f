#include <doctest/doctest.h>

#include <autograd/check.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <autograd/windows/resample.hpp>
#include <cmath>
#include <tests/array_operations.hpp>

using namespace ebb;

namespace {

// What output o of an axis takes of each input, by the formulas of the header.
double share(std::int64_t in, std::int64_t out, std::int64_t o, std::int64_t i, double factor,
             bool nearest, bool align_corners) {
  const double step = factor > 0 ? 1 / factor : static_cast<double>(in) / static_cast<double>(out);
  const auto number = static_cast<double>(o);
  if (nearest) return static_cast<double>(i) == std::floor(number * step + 1e-9) ? 1 : 0;
  double at = (number + 0.5) * step - 0.5;
  if (align_corners)
    at = out > 1 ? number * static_cast<double>(in - 1) / static_cast<double>(out - 1) : 0;
  at = std::min(std::max(at, 0.0), static_cast<double>(in - 1));
  return std::max(0.0, 1 - std::abs(at - static_cast<double>(i)));
}

ArrayOperation upsample_row(const char* name, const Shape& shape, const Shape& size,
                            const UpsampleOptions& o,
                            Variable (*f)(const Variable&, const UpsampleOptions&)) {
  const bool nearest =
      f == static_cast<Variable (*)(const Variable&, const UpsampleOptions&)>(upsample_nearest);
  return {.name = text(name, " of ", shape, " to ", size, ", corners ", o.align_corners),
          .function = [=](X x) { return f(x[0], o); },
          .inputs = {{shape}},
          .twin =
              [=](const Arrays& x) {
                Shape wide = shape;
                for (int i = 0; i < size.rank(); ++i) wide[2 + i] = size[i];
                Array y(wide);
                for (const Shape& to : places(wide))
                  for (const Shape& from : places(shape)) {
                    if (from[0] != to[0] || from[1] != to[1]) continue;
                    double part = share(shape.back(), wide.back(), to.back(), from.back(),
                                        o.scale_factor.width, nearest, o.align_corners);
                    if (size.rank() == 2)
                      part *= share(shape[2], wide[2], to[2], from[2], o.scale_factor.height,
                                    nearest, o.align_corners);
                    y.at(to) += part * x[0].at(from);
                  }
                return y;
              },
          .roundings = 8};
}

}  // namespace

std::vector<ArrayOperation> resample_rows() {
  std::vector<ArrayOperation> rows;
  const auto add = [&](const char* name, const Shape& shape, const Shape& size,
                       const UpsampleOptions& o,
                       auto f) { rows.push_back(upsample_row(name, shape, size, o, f)); };
  using F = Variable (*)(const Variable&, const UpsampleOptions&);
  const F nearest = upsample_nearest, linear = upsample_linear, bilinear = upsample_bilinear;
  add("upsample_nearest", {2, 2, 3}, {7}, {.size = 7}, nearest);
  add("upsample_nearest", {1, 2, 5, 3}, {2, 4}, {.size = {2, 4}}, nearest);
  add("upsample_nearest", {1, 2, 5, 3}, {7, 7}, {.scale_factor = {1.5, 2.5}}, nearest);
  for (const bool corners : {false, true}) {
    add("upsample_linear", {2, 2, 4}, {9}, {.size = 9, .align_corners = corners}, linear);
    add("upsample_linear", {2, 2, 9}, {1}, {.size = 1, .align_corners = corners}, linear);
    add("upsample_linear", {2, 2, 4}, {6}, {.scale_factor = 1.6, .align_corners = corners}, linear);
    add("upsample_bilinear", {1, 2, 3, 4}, {6, 3}, {.size = {6, 3}, .align_corners = corners},
        bilinear);
    add("upsample_bilinear", {1, 2, 3, 4}, {3, 8},
        {.scale_factor = {1, 2}, .align_corners = corners}, bilinear);
  }
  const WrongRule half = {"half of it", [](X x, V, V dy) {
                            return expand(sum(dy) / static_cast<double>(2 * x[0].count()),
                                          x[0].shape());
                          }};
  for (const auto& [name, f] :
       {std::pair("upsample_nearest", nearest), std::pair("upsample_linear", linear)}) {
    add(name, {1, 1, 1}, {3}, {.size = 3}, f);
    rows.back().wrong_rules = {half};
  }
  add("upsample_bilinear", {1, 1, 1, 1}, {3, 3}, {.size = 3}, bilinear);
  rows.back().wrong_rules = {half};
  add("upsample_bilinear", {1, 1, 2, 2}, {4, 4}, {.scale_factor = 2}, bilinear);
  rows.back().large = {{40, 10, 30, 30}};
  return rows;
}

TEST_CASE("upsample: twice as large, each element stands four times, and gets four gradients") {
  const Variable x = leaf(from_vector<double>({1, 2}, {1, 1, 1, 2}));
  const Variable y = upsample_nearest(x, {.scale_factor = 2});
  CHECK(y.value().to_vector<double>() == std::vector<double>{1, 1, 2, 2, 1, 1, 2, 2});
  CHECK(gradients(sum(y), {x})[0].value().to_vector<double>() == std::vector<double>{4, 4});
}
