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

using Values = std::vector<double>;
using Parts = std::vector<Variable>;

Tensor places_of(const std::vector<std::int32_t>& values) { return from_vector(values); }

using Indices = std::vector<std::int32_t>;

// The parts one after the other along an axis, and, stacked, along a new one of length 1 each.
Array joined(Arrays x, int axis, bool stacked) {
  Shape shape = x[0].shape;
  const int rank = shape.rank() + stacked;
  axis = axis < 0 ? axis + rank : axis;
  if (stacked) shape.insert(axis, 1);
  shape[axis] = 0;
  for (Array& part : x) {
    if (stacked) part.shape.insert(axis, 1);
    shape[axis] += part.shape[axis];
  }
  Array y(shape);
  std::int64_t start = 0;
  for (const Array& part : x) {
    for (Shape place : places(part.shape)) {
      const double value = part.at(place);
      place[axis] += start;
      y.at(place) = value;
    }
    start += part.shape[axis];
  }
  return y;
}

ArrayOperation join_row(int axis, bool stacked, const std::vector<Shape>& shapes) {
  ArrayOperation row = {
      .name = text(stacked ? "stack" : "cat", " of ", shapes.size(), " along ", axis),
      .function = {},
      .twin = [=](const Arrays& x) { return joined(x, axis, stacked); },
      .integers = true};
  row.function = [=](X x) {
    const Parts parts(x.begin(), x.end());
    return stacked ? stack(parts, axis) : cat(parts, axis);
  };
  for (const Shape& shape : shapes) row.inputs.push_back({shape});
  return row;
}

// Adds entry i of x along the axis to entry index[i] of `length`, or takes entry i from there.
constexpr std::int64_t chosen = -1;
Array moved(const Array& x, int axis, const Indices& index, std::int64_t length) {
  axis = axis < 0 ? axis + x.shape.rank() : axis;
  Shape shape = x.shape;
  shape[axis] = length == chosen ? static_cast<std::int64_t>(index.size()) : length;
  Array y(shape);
  for (const Shape& place : places(length == chosen ? shape : x.shape)) {
    Shape other = place;
    other[axis] = index[static_cast<std::size_t>(place[axis])];
    if (length == chosen)
      y.at(place) = x.at(other);
    else
      y.at(other) += x.at(place);
  }
  return y;
}

ArrayOperation moving_row(const char* name, const Shape& shape, int axis, const Indices& index,
                          std::int64_t length, const Function& function) {
  return {.name = text(name, " of ", index.size(), " along ", axis),
          .function = function,
          .inputs = {{shape}},
          .twin = [=](const Arrays& x) { return moved(x[0], axis, index, length); },
          .roundings = length == chosen ? 0.0 : 4.0,  // of the repeats
          .integers = true};
}
ArrayOperation select_row(const Shape& shape, int axis, const Indices& index) {
  const auto f = [=](X x) { return index_select(x[0], axis, places_of(index)); };
  return moving_row("index_select", shape, axis, index, chosen, f);
}
ArrayOperation add_row(const Shape& shape, int axis, const Indices& index, std::int64_t length) {
  const auto f = [=](X x) { return index_add(x[0], axis, places_of(index), length); };
  return moving_row("index_add", shape, axis, index, length, f);
}
ArrayOperation unslice_row(const Shape& shape, int axis, std::int32_t start, std::int64_t step,
                           std::int64_t length) {
  Indices index;
  for (std::int64_t i = 0; i < shape[axis]; ++i)
    index.push_back(static_cast<std::int32_t>(start + i * step));
  const auto f = [=](X x) { return unslice(x[0], axis, start, step, length); };
  return moving_row("unslice", shape, axis, index, length, f);
}

// Takes each element from the entry that its own index names, or adds it there, among `length`.
Array spread(const Array& x, int axis, const Array& index, std::int64_t length) {
  axis = axis < 0 ? axis + x.shape.rank() : axis;
  Shape shape = index.shape;
  if (length != chosen) shape[axis] = length;
  Array y(shape);
  for (const Shape& place : places(index.shape)) {
    Shape other = place;
    other[axis] = static_cast<std::int64_t>(index.at(place));
    if (length == chosen)
      y.at(place) = x.at(other);
    else
      y.at(other) += x.at(place);
  }
  return y;
}

// Indices 0, 2, 1, 0, … of that shape.
ArrayOperation spreading_row(const Shape& shape, int axis, const Shape& index,
                             std::int64_t length) {
  Array numbers(index);
  for (std::size_t i = 0; i < numbers.elements.size(); ++i)
    numbers.elements[i] = static_cast<double>(2 * i % 3);
  const Tensor at = cast(from_vector(numbers.elements, index), DType::int32);
  ArrayOperation row = {
      .name = text(length == chosen ? "gather" : "scatter_add", " of ", index, " along ", axis),
      .function = {},
      .inputs = {{shape}},
      .twin = [=](const Arrays& x) { return spread(x[0], axis, numbers, length); },
      .roundings = length == chosen ? 0.0 : 4.0,
      .integers = true};
  row.function = [=](X x) {
    return length == chosen ? gather(x[0], axis, at) : scatter_add(x[0], axis, at, length);
  };
  return row;
}

// Their shapes let a wrong rule pass as one of the right shape.
void add_mutants(std::vector<ArrayOperation>& rows) {
  const auto add = [&](const ArrayOperation& row, const WrongRule& wrong) -> ArrayOperation& {
    rows.push_back(row);
    rows.back().wrong_rules = {wrong};
    return rows.back();
  };
  const auto last_repeat = [](V x) {
    return index_add(slice(x, 0, 1, 3), 0, places_of({0, 2}), 3);
  };
  const std::vector<Shape> two = {{3, 3}, {3, 3}}, large = {{700, 300}, {700, 300}};
  const Indices repeats = {2, 0, 2};
  // clang-format off
  add(join_row(0, false, two), {"the parts exchanged", [](X, V, V dy) { return slice(dy, 0, 3, 6); }}).large = large;
  ArrayOperation& stacked = add(join_row(0, true, two), {"the parts exchanged", [](X, V, V dy) { return dy[1]; }});
  stacked.wrong_values = {{"along the last axis", [](X x) { return stack({x[0], x[1]}, -1); }}};
  stacked.large = large;
  add(select_row({3, 3}, 0, repeats), {"the last repeat alone", [=](X, V, V dy) { return last_repeat(dy); }});
  add(add_row({3, 3}, 0, repeats, 3), {"the entries in their order", [](X, V, V dy) { return dy; }})
      .wrong_values = {{"the last repeat alone", [=](X x) { return last_repeat(x[0]); }}};
  add(spreading_row({3, 3}, 1, {3, 3}, chosen), {"along the other axis", [](X, V, V dy) { return transpose(dy); }});
  add(spreading_row({3, 3}, 0, {3, 3}, 3), {"the entries in their order", [](X, V, V dy) { return dy; }});
  add(unslice_row({3, 3}, 0, 1, 2, 6), {"one place off", [](X, V, V dy) { return slice(dy, 0, 0, 6, 2); }});
  // clang-format on
}

}  // namespace

std::vector<ArrayOperation> part_rows() {
  std::vector<ArrayOperation> rows;
  const Shape shape = {3, 4, 2};
  for (const int axis : {0, 1, 2, -1, -2}) {
    const int number = axis < 0 ? axis + 3 : axis;
    Shape longer = shape, empty = shape;
    longer[number] = 5;
    empty[number] = 0;
    rows.push_back(join_row(axis, false, {shape, longer, empty, shape}));
    rows.push_back(join_row(axis, true, {shape, shape}));
    for (const Indices& index : {Indices{1, 0, 1, 1}, Indices{0}, Indices{}})
      rows.push_back(select_row(shape, axis, index));
    Indices each = {0, 2, 4, 1};
    each.resize(static_cast<std::size_t>(shape[number]));
    rows.push_back(add_row(shape, axis, each, 5));
    rows.push_back(unslice_row(shape, number, 1, 2, 9));
  }
  for (const int axis : {0, 1, 2, -1}) {
    const int number = axis < 0 ? 2 : axis;
    Shape cube = {3, 3, 3}, longer = cube, empty = cube;
    longer[number] = 5;
    empty[number] = 0;
    for (const Shape& index : {cube, longer, empty})
      rows.push_back(spreading_row(cube, axis, index, chosen));
    rows.push_back(spreading_row(longer, axis, longer, 4));
    rows.push_back(spreading_row(empty, axis, empty, 3));
  }
  rows.push_back(join_row(-1, true, {{}, {}}));
  rows.push_back(select_row({3, 0}, 0, {1, 1}));
  rows.push_back(add_row({0, 2}, 0, {}, 2));
  rows.push_back(unslice_row({0, 3}, 1, 0, 1, 4));
  rows.push_back(unslice_row({1}, 0, 2, std::numeric_limits<std::int64_t>::max(), 3));
  add_mutants(rows);
  return rows;
}

TEST_CASE("cat: one Variable twice gets both gradients, a constant among them none") {
  const Variable x = leaf(from_vector<double>({1, 2}));
  const Variable y = cat({x, Variable(zeros({3}, DType::float64)), x});
  CHECK(gradient(sum(y * arange(0, 7, 1, DType::float64)), x) == Values{5, 7});
  CHECK(y.node()->edges.size() == 2);
  CHECK_FALSE(cat({Variable(x.value()), Variable(x.value())}).wants_gradient());
}

TEST_CASE("cat, stack: of tensors stay tensors, of Variables are recorded") {
  const Tensor a = ones({2}), b = zeros({2});
  const Tensor one = cat({a, b}), two = stack({a, b});
  CHECK(one.shape() == Shape{4});
  CHECK(two.shape() == Shape{2, 2});
  CHECK(cat({leaf(a), leaf(b)}).wants_gradient());
  CHECK(stack({leaf(a), Variable(b)}).wants_gradient());
}

TEST_CASE("join: bad use says the same on Variables as on tensors") {
  const Variable x = leaf(zeros({2, 3})), y = leaf(zeros({3, 3}));
  CHECK_THROWS_WITH_AS(cat(Parts{}), "cat: there are no parts; give at least one tensor",
                       ShapeError);
  CHECK_THROWS_WITH_AS(
      cat({x, y}, 1),
      "cat: part 1 is [3, 3], part 0 [2, 3]; lengths may differ along axis 1 alone, try another",
      ShapeError);
  CHECK_THROWS_WITH_AS(stack({x, y}),
                       "stack: part 1 is [3, 3], part 0 [2, 3]; shapes must agree, try cat",
                       ShapeError);
  CHECK_THROWS_WITH_AS(index_select(x, 1, places_of({0, 3})),
                       "index_select: index 3 at place 1 is outside [0, 3); entries count from 0",
                       Error);
  CHECK_THROWS_WITH_AS(index_select(x, 5, places_of({0})),
                       "index_select: axis 5 does not exist in a tensor of rank 2; try -2 to 1",
                       ShapeError);
  CHECK_THROWS_WITH_AS(index_add(x, 5, places_of({0}), 3),
                       "index_add: axis 5 does not exist in a tensor of rank 2; try -2 to 1",
                       ShapeError);
  CHECK_THROWS_WITH_AS(unslice(x, 5, 0, 1, 3),
                       "unslice: axis 5 does not exist in a tensor of rank 2; try -2 to 1",
                       ShapeError);
  CHECK_THROWS_WITH_AS(cat({x, y}, 5),
                       "cat: axis 5 does not exist in a tensor of rank 2; try -2 to 1", ShapeError);
  CHECK_THROWS_WITH_AS(stack({x, x}, 5),
                       "stack: axis 5 does not exist in a tensor of rank 3; try -3 to 2",
                       ShapeError);
  CHECK_THROWS_WITH_AS(index_add(x, 1, places_of({0, 1}), 5),
                       "index_add: 2 indices for axis 1 of [2, 3]; try one for each entry",
                       ShapeError);
}
