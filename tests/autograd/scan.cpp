#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <autograd/scan.hpp>
#include <autograd/views.hpp>
#include <tests/array_operations.hpp>
#include <tests/autograd/gradient.hpp>
#include <tests/tensor/by_hand.hpp>

using namespace ebb;

namespace {

// Each element and all before it, or behind it, along the axis.
Array running(const Array& x, int axis, bool reverse) {
  Array y(x.shape);
  for (const Shape& place : places(x.shape))
    for (Shape to = place; to[axis] >= 0 && to[axis] < x.shape[axis]; to[axis] += reverse ? -1 : 1)
      y.at(to) += x.at(place);
  return y;
}

ArrayOperation sum_row(const Shape& shape, int axis, bool reverse) {
  return {.name = text("cumsum of ", shape, " along ", axis, reverse ? " in reverse" : ""),
          .function = [=](X x) { return cumsum(x[0], axis, reverse); },
          .inputs = {{shape}},
          .twin =
              [=](const Arrays& x) {
                return running(x[0], axis < 0 ? axis + x[0].shape.rank() : axis, reverse);
              },
          .roundings = 16,
          .integers = true};
}

ArrayOperation product_row(const Shape& shape, const Axes& axes, bool keepdim) {
  return {.name = text("prod of ", shape, " over ", axes, keepdim ? ", kept" : ""),
          .function = [=](X x) { return prod(x[0], axes, keepdim); },
          .inputs = {{shape}},
          .twin =
              [=](const Arrays& x) {
                const Reduction over = reduction("twin", x[0].shape, axes);
                Array y(over.kept, 1);
                for (const Shape& place : places(x[0].shape))
                  y.at(within(over.kept, place)) *= x[0].at(place);
                for (int i = over.axes.rank(); !keepdim && i-- > 0;)
                  y.shape.erase(static_cast<int>(over.axes[i]));
                return y;
              },
          .roundings = 64};
}

Variable spread(V reduced, X x) { return expand(unsqueeze(reduced, 1), x[0].shape()); }

}  // namespace

std::vector<ArrayOperation> scan_rows() {
  std::vector<ArrayOperation> rows;
  for (const bool reverse : {false, true}) {
    for (const int axis : {0, 1, 2, -1}) rows.push_back(sum_row({3, 2, 4}, axis, reverse));
    rows.push_back(sum_row({0, 3}, 1, reverse));
    rows.push_back(sum_row({0, 3}, 0, reverse));
  }
  ArrayOperation& sums = rows.emplace_back(sum_row({3, 3}, 0, false));
  sums.large = {{1024, 600}};
  sums.wrong_rules = {{"not from the other end", [](X, V, V dy) { return cumsum(dy, 0); }},
                      {"along the other axis", [](X, V, V dy) { return cumsum(dy, 1, true); }}};
  bool keepdim = false;
  for (const Axes& axes : {Axes{}, Axes{0}, Axes{-1}, Axes{1}, Axes{0, -2}, Axes{2, 0}})
    rows.push_back(product_row({3, 2, 4}, axes, keepdim = !keepdim));
  for (const Shape& shape : {Shape{}, Shape{1}, Shape{7}})
    rows.push_back(product_row(shape, {}, false));
  rows.push_back(product_row({2, 0, 3}, 1, false));
  for (const int zeros : {1, 2}) {
    ArrayOperation& some = rows.emplace_back(product_row({4}, {}, false));
    some.name = text("prod of four factors, ", zeros, " of them 0");
    some.inputs[0].values = {1.5, 0, -2, zeros == 2 ? 0.0 : 0.5};
  }
  ArrayOperation& products = rows.emplace_back(product_row({3, 3}, 1, false));
  products.large = {{1024, 600}};
  products.wrong_rules = {
      {"the whole product", [](X x, V y, V dy) { return spread(dy * y, x); }},
      {"the others as numbers",
       [](X x, V y, V dy) { return spread(dy * constant(y), x) / constant(x[0]); }, 0, 2}};
  return rows;
}

TEST_CASE("prod: with one factor of 0 it alone has a slope, with two none has") {
  const Variable one = leaf(from_vector<double>({2, 0, 3})),
                 two = leaf(from_vector<double>({2, 0, 0}));
  CHECK(gradient(prod(one), one) == Doubles{0, 6, 0});
  CHECK(gradient(prod(two), two) == Doubles{0, 0, 0});
  const Variable slopes = gradients(prod(two), {two}, {.create_graph = true})[0];
  CHECK(gradient(slopes[1], two) == Doubles{0, 0, 2});
}

TEST_CASE("cumsum, prod: bad use says the same on Variables as on tensors") {
  const Variable x = leaf(zeros({2, 3}));
  CHECK_THROWS_WITH_AS(
      cumsum(x, 2), "cumsum: axis 2 does not exist in a tensor of rank 2; try -2 to 1", ShapeError);
  CHECK_THROWS_WITH_AS(prod(x, {0, 0}), "prod: axes [0, 0] name axis 0 twice; name it once",
                       ShapeError);
}
