#include <doctest/doctest.h>

#include <autograd/check.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/matmul.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <tests/array_operations.hpp>
#include <tests/operations.hpp>

using namespace ebb;

namespace {

// y[…, i, j] = Σ a[…, i, k] b[…, k, j]; leading axes broadcast.
Array product(const Arrays& x) {
  const Shape &a = x[0].shape, &b = x[1].shape;
  const auto length = [](const Shape& shape, int from_end) {
    return from_end > shape.rank() ? 1 : shape[shape.rank() - from_end];
  };
  Shape shape;
  for (int i = std::max(a.rank(), b.rank()); i > 2; --i)
    shape.push_back(length(a, i) == 1 ? length(b, i) : length(a, i));
  shape.push_back(length(a, 2));
  shape.push_back(length(b, 1));
  Array y(shape);
  for (const Shape& place : places(shape))
    for (std::int64_t k = 0; k < a.back(); ++k) {
      Shape left = place, right = place;
      left[shape.rank() - 1] = right[shape.rank() - 2] = k;
      y.at(place) += x[0].at(within(a, left)) * x[1].at(within(b, right));
    }
  return y;
}

// y[…, o] = Σ x[…, i] weight[o, i] + bias[o]
Array affine(const Arrays& x) {
  Shape shape = x[0].shape;
  shape[shape.rank() - 1] = x[1].shape[0];
  Array y(shape);
  for (Shape place : places(shape)) {
    const std::int64_t o = place.back();
    double& sum = y.at(place) = x.size() < 3 ? 0 : x[2].at({o});
    for (std::int64_t i = 0; i < x[1].shape[1]; ++i) {
      place[shape.rank() - 1] = i;
      sum += x[0].at(place) * x[1].at({o, i});
    }
  }
  return y;
}

Drawn small(const Shape& shape) { return {shape, -1, 1}; }
// k products of numbers below 1 have k roundings of sums below k, here and in the twin.
double roundings_of(std::int64_t k) { return static_cast<double>(2 * k * k); }

ArrayOperation product_row(const Shape& a, const Shape& b) {
  return {.name = text("matmul of ", a, " and ", b),
          .function = [](X x) { return matmul(x[0], x[1]); },
          .inputs = {small(a), small(b)},
          .twin = product,
          .roundings = roundings_of(a.back())};
}

// As matrices; the axes that vectors added go again.
Array product_of_vectors(Arrays x) {
  const bool row = x[0].shape.rank() == 1, column = x[1].shape.rank() == 1;
  if (row) x[0].shape.insert(0, 1);
  if (column) x[1].shape.insert(1, 1);
  Array y = product(x);
  if (column) y.shape.erase(y.shape.rank() - 1);
  if (row) y.shape.erase(y.shape.rank() - (column ? 1 : 2));
  return y;
}

ArrayOperation vector_row(const char* name, const Function& function, const Shape& a,
                          const Shape& b) {
  return {.name = text(name, " of ", a, " and ", b),
          .function = function,
          .inputs = {small(a), small(b)},
          .twin = product_of_vectors,
          .roundings = roundings_of(3)};
}

void add_vectors(std::vector<ArrayOperation>& rows) {
  const Function times = [](X x) { return matmul(x[0], x[1]); };
  const Shape shapes[][2] = {{{3}, {3}},       {{3}, {3, 4}},    {{2, 3}, {3}},
                             {{4, 2, 3}, {3}}, {{3}, {4, 3, 2}}, {{2, 1, 2, 3}, {3}},
                             {{0}, {0}},       {{0, 3}, {3}},    {{3}, {3, 0}}};
  for (const auto& [a, b] : shapes) rows.push_back(vector_row("matmul", times, a, b));
  ArrayOperation& dots =
      rows.emplace_back(vector_row("dot", [](X x) { return dot(x[0], x[1]); }, {3}, {3}));
  dots.wrong_rules = {{"its own operand", [](X x, V, V dy) { return dy * x[0]; }}};
  ArrayOperation& outers =
      rows.emplace_back(vector_row("outer", [](X x) { return outer(x[0], x[1]); }, {3}, {3}));
  outers.integers = true;
  outers.twin = [](const Arrays& x) {
    Array y({3, 3});
    for (const Shape& place : places(y.shape))
      y.at(place) = x[0].at({place[0]}) * x[1].at({place[1]});
    return y;
  };
  outers.wrong_rules = {{"turned", [](X x, V, V dy) { return matmul(transpose(dy), x[1]); }}};
}

ArrayOperation linear_row(const Shape& input, bool bias) {
  ArrayOperation row = {
      .name = text("linear of ", input, bias ? " with a bias" : ""),
      .function = [](X x) { return x.size() < 3 ? linear(x[0], x[1]) : linear(x[0], x[1], x[2]); },
      .inputs = {small(input), small({4, input.back()})},
      .twin = affine,
      .roundings = roundings_of(input.back()) + 2};
  if (bias) row.inputs.push_back(small({4}));
  return row;
}

// One output, from a weight that is a vector.
ArrayOperation single_row(const Shape& input, bool bias) {
  ArrayOperation row = linear_row(input, bias);
  row.name += " to one number";
  row.inputs[1] = small({input.back()});
  if (bias) row.inputs[2] = small({});
  row.twin = [](const Arrays& x) {
    Arrays matrices = x;
    matrices[1].shape = {1, x[1].shape.back()};
    if (x.size() > 2) matrices[2].shape = {1};
    Array y = affine(matrices);
    y.shape.erase(y.shape.rank() - 1);
    return y;
  };
  return row;
}

}  // namespace

std::vector<ArrayOperation> matmul_rows() {
  std::vector<ArrayOperation> rows;
  for (const std::int64_t m : {1, 2, 5})
    for (const std::int64_t k : {1, 3})
      for (const std::int64_t n : {1, 4}) rows.push_back(product_row({m, k}, {k, n}));
  const Shape batches[][2] = {
      {{0, 3}, {3, 2}},       {{2, 0}, {0, 3}},    {{3, 2, 4}, {3, 4, 2}},
      {{3, 2, 4}, {4, 2}},    {{2, 4}, {3, 4, 2}}, {{2, 1, 2, 3}, {4, 3, 2}},
      {{1, 2, 3}, {4, 3, 2}}, {{0, 2, 4}, {4, 5}}, {{2, 4}, {4, 0}},
  };
  for (const auto& [a, b] : batches) rows.push_back(product_row(a, b));
  rows.push_back(product_row({2, 2, 3}, {2, 3, 2}));
  rows.back().large = {{80, 40, 40}, {80, 40, 40}};
  for (const Shape& input : {Shape{5, 3}, Shape{2, 2, 3}, Shape{3}, Shape{0, 3}, Shape{2, 0}})
    for (const bool bias : {false, true}) rows.push_back(linear_row(input, bias));

  add_vectors(rows);

  for (const Shape& input : {Shape{5, 3}, Shape{2, 2, 3}, Shape{3}, Shape{2, 0}})
    for (const bool bias : {false, true}) rows.push_back(single_row(input, bias));

  // Square, so that a wrong turn has the right shape.
  ArrayOperation& square_product = rows.emplace_back(product_row({3, 3}, {3, 3}));
  square_product.large = {{300, 400}, {400, 500}};
  square_product.wrong_rules = {
      {"b not transposed", [](X x, V, V dy) { return matmul(dy, x[1]); }},
      {"the factors exchanged", [](X x, V, V dy) { return matmul(dy, transpose(x[0])); }, 1},
      {"the other operand", [](X x, V, V dy) { return matmul(transpose(x[1]), dy); }, 1},
      {"an operand kept as a number",
       [](X x, V, V dy) { return matmul(dy, transpose(constant(x[1]))); }, 0, 2}};
  square_product.wrong_values = {
      {"b transposed", [](X x) { return matmul(x[0], transpose(x[1])); }}};
  ArrayOperation& square_linear = rows.emplace_back(linear_row({3, 3}, true));
  square_linear.inputs = {small({3, 3}), small({3, 3}), small({3})};
  square_linear.large = {{300, 400}, {500, 400}, {500}};
  square_linear.wrong_rules = {
      {"the weight transposed", [](X x, V, V dy) { return matmul(dy, transpose(x[1])); }},
      {"the weight's gradient not turned", [](X x, V, V dy) { return matmul(transpose(x[0]), dy); },
       1},
      {"the bias summed over the wrong axis", [](X, V, V dy) { return sum(dy, 1); }, 2}};
  return rows;
}

TEST_CASE("matmul: a product with itself has both gradients") {
  check_gradients([](auto x) { return matmul(x[0], x[0]); }, {draw({-1, 1}, {3, 3})}, {.order = 2});
  check_gradients([](auto x) { return matmul(transpose(x[0]), x[0]); }, {draw({-1, 1}, {4, 2})},
                  {.order = 2});
}

TEST_CASE("matmul, linear: a constant factor gets no edge") {
  const Variable x = ones({2, 3}), weight = leaf(ones({4, 3})), bias = leaf(ones({4}));
  CHECK(matmul(x, transpose(weight)).node()->edges.size() == 1);
  CHECK(linear(x, weight, bias).node()->edges.size() == 2);
  CHECK_FALSE(linear(x, weight.value(), bias.value()).wants_gradient());
}

TEST_CASE("matmul, linear: bad use says the same on Variables as on tensors") {
  const Variable x = leaf(zeros({2, 3}));
  CHECK_THROWS_WITH_AS(
      matmul(x, x),
      "matmul: [2, 3] times [2, 3] does not fit: want [..., m, k] and [..., k, n]; "
      "try transpose",
      ShapeError);
  CHECK_THROWS_WITH_AS(
      linear(x, Variable(zeros({4, 2})), Variable(zeros({4}))),
      "linear: input [2, 3] does not fit weight [4, 2]: the last axis must be 2, try reshape",
      ShapeError);
}
