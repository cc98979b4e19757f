#include <doctest/doctest.h>

#include <autograd/check.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <tests/array_operations.hpp>
#include <tests/autograd/gradient.hpp>

using namespace ebb;

namespace {

// The element of x that a view shows at each place.
Array shown(const Array& x, const Shape& shape, const std::function<Shape(const Shape&)>& from) {
  Array y(shape);
  for (const Shape& place : places(shape)) y.at(place) = x.at(from(place));
  return y;
}

Array repeated(const Array& x, const Shape& shape) {
  return shown(x, shape, [&](const Shape& place) { return within(x.shape, place); });
}
Array summed(const Array& x, const Shape& shape) {
  Array y(shape);
  for (const Shape& place : places(x.shape)) y.at(within(shape, place)) += x.at(place);
  return y;
}

struct View {
  std::string name;
  Shape shape;
  Variable (*function)(V x);
  Array (*twin)(const Array& x);
  std::vector<WrongRule> wrong_rules = {};
};

constexpr auto most = std::numeric_limits<std::int64_t>::max();

// Shapes are square where a wrong order of axes is to have the right one.
// clang-format off
const View views[] = {
    {"reshape", {2, 2, 3}, [](V x) { return reshape(x, {4, -1}); }, [](const Array& x) { return Array({4, 3}, x.elements); }},
    {"reshape to a line", {3, 3}, [](V x) { return reshape(x, {9}); }, [](const Array& x) { return Array({9}, x.elements); },
     {{"columns in place of rows", [](X, V, V dy) { return transpose(reshape(dy, {3, 3})); }}}},
    {"reshape nothing", {0, 3}, [](V x) { return reshape(x, {3, 0}); }, [](const Array&) { return Array({3, 0}); }},
    {"transpose", {3, 3}, [](V x) { return transpose(x); }, [](const Array& x) { return shown(x, {3, 3}, [](auto& at) { return Shape{at[1], at[0]}; }); },
     {{"not turned back", [](X, V, V dy) { return dy; }}}},
    {"transpose of outer axes", {2, 3, 4}, [](V x) { return transpose(x, 0, -1); },
     [](const Array& x) { return shown(x, {4, 3, 2}, [](auto& at) { return Shape{at[2], at[1], at[0]}; }); }},
    {"permute", {2, 2, 2}, [](V x) { return permute(x, {1, 2, 0}); }, [](const Array& x) { return shown(x, {2, 2, 2}, [](auto& at) { return Shape{at[2], at[0], at[1]}; }); },
     {{"the order in place of its inverse", [](X, V, V dy) { return permute(dy, {1, 2, 0}); }}}},
    {"permute from the end", {2, 3, 4}, [](V x) { return permute(x, {-1, 0, -2}); },
     [](const Array& x) { return shown(x, {4, 2, 3}, [](auto& at) { return Shape{at[1], at[2], at[0]}; }); }},
    {"slice", {4, 3}, [](V x) { return slice(x, 0, 1, 3); }, [](const Array& x) { return shown(x, {2, 3}, [](auto& at) { return Shape{1 + at[0], at[1]}; }); }},
    {"slice in steps", {4}, [](V x) { return slice(x, 0, 1, 4, 2); }, [](const Array& x) { return shown(x, {2}, [](auto& at) { return Shape{1 + 2 * at[0]}; }); },
     {{"one place off", [](X, V, V dy) { return index_add(dy, 0, from_vector<std::int32_t>({0, 2}), 4); }},
      {"the step forgotten", [](X, V, V dy) { return index_add(dy, 0, from_vector<std::int32_t>({1, 2}), 4); }}}},
    {"slice from the end", {2, 6}, [](V x) { return slice(x, -1, -5, -1, 2); }, [](const Array& x) { return shown(x, {2, 2}, [](auto& at) { return Shape{at[0], 1 + 2 * at[1]}; }); }},
    {"slice beyond the end", {2, 6}, [](V x) { return slice(x, 1, 4, 100, 3); }, [](const Array& x) { return shown(x, {2, 1}, [](auto& at) { return Shape{at[0], 4}; }); }},
    {"slice in one huge step", {7}, [](V x) { return slice(x, 0, 2, most, most); }, [](const Array& x) { return Array({1}, x.at({2})); }},
    {"slice of nothing", {2, 3}, [](V x) { return slice(x, 1, 2, 2); }, [](const Array&) { return Array({2, 0}); }},
    {"index", {3, 2}, [](V x) { return x[1]; }, [](const Array& x) { return shown(x, {2}, [](auto& at) { return Shape{1, at[0]}; }); }},
    {"index from the end", {2, 3}, [](V x) { return x[-1][0]; }, [](const Array& x) { return Array({}, x.at({1, 0})); }},
    {"squeeze", {2, 1, 2}, [](V x) { return squeeze(x, 1); }, [](const Array& x) { return Array({2, 2}, x.elements); },
     {{"columns in place of rows", [](X, V, V dy) { return unsqueeze(transpose(dy), 1); }}}},
    {"unsqueeze", {2, 2}, [](V x) { return unsqueeze(x, -1); }, [](const Array& x) { return Array({2, 2, 1}, x.elements); },
     {{"columns in place of rows", [](X, V, V dy) { return transpose(squeeze(dy, 2)); }}}},
    {"expand", {4}, [](V x) { return expand(x, {3, 4}); }, [](const Array& x) { return repeated(x, {3, 4}); },
     {{"a mean in place of the sum", [](X, V, V dy) { return mean(dy, 0); }}}},
    {"expand at both ends", {2, 1}, [](V x) { return expand(x, {4, -1, 3}); }, [](const Array& x) { return repeated(x, {4, 2, 3}); }},
    {"expand a scalar", {}, [](V x) { return expand(x, {2, 2}); }, [](const Array& x) { return repeated(x, {2, 2}); }},
    {"expand to nothing", {1, 2}, [](V x) { return expand(x, {0, 2}); }, [](const Array& x) { return repeated(x, {0, 2}); }},
    {"sum_to", {2, 4, 3}, [](V x) { return sum_to(x, {3}); }, [](const Array& x) { return summed(x, {3}); },
     {{"a mean in place of the sum", [](X x, V, V dy) { return expand(dy / 8, x[0].shape()); }}}},
    {"sum_to a middle axis", {2, 4, 3}, [](V x) { return sum_to(x, {2, 1, 3}); }, [](const Array& x) { return summed(x, {2, 1, 3}); }},
    {"sum_to a scalar", {2, 3}, [](V x) { return sum_to(x, {}); }, [](const Array& x) { return summed(x, {}); }},
    {"cast there and back", {2, 3}, [](V x) { return cast(cast(x, DType::float64), x.dtype()); }, [](const Array& x) { return x; },
     {{"rounded to whole numbers", [](X, V, V dy) { return cast(cast(dy, DType::int32), dy.dtype()); }}}},
};
// clang-format on

Variable counting(const Shape& shape) {
  return leaf(reshape(arange(0, static_cast<double>(shape.count()), 1, DType::float64), shape));
}

}  // namespace

std::vector<ArrayOperation> view_rows() {
  std::vector<ArrayOperation> rows;
  for (const View& view : views) {
    rows.push_back({.name = view.name,
                    .function = [f = view.function](X x) { return f(x[0]); },
                    .inputs = {{view.shape}},
                    .twin = [f = view.twin](const Arrays& x) { return f(x[0]); },
                    .integers = true,
                    .wrong_rules = view.wrong_rules});
    if (view.name.starts_with("sum_to")) rows.back().roundings = 24;  // of so many elements
    if (view.name == "sum_to") rows.back().large = {{70, 1000, 3}};
  }
  return rows;
}

TEST_CASE("index: an entry of a Variable, which the gradient reaches alone") {
  const Variable x = counting({3, 2});
  CHECK(x[1][0].item() == 2);
  CHECK(x[-1].value().to_vector<double>() == std::vector<double>{4, 5});
  CHECK(x[2].value().storage() == x.value().storage());
  CHECK(gradient(x[-2][1] * x[0][0], x) == std::vector<double>{3, 0, 0, 0, 0, 0});
  CHECK(gradient(x[-2][1] * x[2][1], x) == std::vector<double>{0, 0, 0, 5, 0, 3});
  CHECK_FALSE(Variable(x.value())[1].wants_gradient());
  CHECK_THROWS_WITH_AS(x[3],
                       "index: 3 in an axis of 3, shape [3, 2]; count from 0, or from the end "
                       "with -1",
                       ShapeError);
}

TEST_CASE("cast: the gradient returns in the input's dtype, none through int32") {
  const Variable x = leaf(from_vector<float>({1.5f, -2}));
  const Variable y = cast(x, DType::float64);
  CHECK(y.dtype() == DType::float64);
  const Variable dx = gradients(sum(square(y)), {x})[0];
  CHECK(dx.dtype() == DType::float32);
  CHECK(dx.value().to_vector<float>() == std::vector<float>{3, -4});
  CHECK_FALSE(cast(x, DType::int32).wants_gradient());
  CHECK(cast(cast(x, DType::int32), DType::float32).value().to_vector<float>() ==
        std::vector<float>{1, -2});
  // Second order: a cast to float64 and back carries derivatives of derivatives as well.
  const Variable first =
      gradients(sum(cast(y * y * y, DType::float32)), {x}, {.create_graph = true})[0];
  CHECK(gradients(sum(first), {x})[0].value().to_vector<float>() == std::vector<float>{9, -12});
}

TEST_CASE("views: bad use says the same on Variables as on tensors") {
  const Variable x = counting({2, 3});
  CHECK_THROWS_WITH_AS(
      reshape(x, {4, 2}),
      "reshape: [2, 3] has 6 elements, [4, 2] has room for 8; try one length of -1", ShapeError);
  CHECK_THROWS_WITH_AS(transpose(x, 0, 2),
                       "transpose: axis 2 does not exist in a tensor of rank 2; try -2 to 1",
                       ShapeError);
  CHECK_THROWS_WITH_AS(permute(x, {0, 0}),
                       "permute: order [0, 0] names axis 0 twice; each must come once", ShapeError);
  CHECK_THROWS_WITH_AS(permute(x, {0}), "permute: order [0] must name each axis of [2, 3] once",
                       ShapeError);
  CHECK_THROWS_WITH_AS(slice(x, 0, 0, 1, 0), "slice: step 0; try 1 or more", ShapeError);
  CHECK_THROWS_WITH_AS(slice(x, 2, 0, 1),
                       "slice: axis 2 does not exist in a tensor of rank 2; try -2 to 1",
                       ShapeError);
  CHECK_THROWS_WITH_AS(
      squeeze(x, 1),
      "squeeze: axis 1 of [2, 3] has length 3; only a length of 1 can go, try slice first",
      ShapeError);
  CHECK_THROWS_WITH_AS(expand(x, {3, 3}),
                       "expand: [2, 3] does not repeat to [3, 3]: aligned at the last axis, "
                       "lengths must be equal or 1; try reshape or unsqueeze",
                       ShapeError);
  CHECK_THROWS_WITH_AS(
      sum_to(x, {2}),
      "sum_to: [2, 3] is no repetition of [2]: aligned at the last axis, lengths must be "
      "equal or 1; try keepdim or reshape",
      ShapeError);
}
