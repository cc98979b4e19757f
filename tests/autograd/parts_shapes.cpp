// What turns, repeats, cuts and surrounds elements, and what looks them up.
#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <tests/array_operations.hpp>

using namespace ebb;

namespace {

using Doubles = std::vector<double>;

// y with, at each place, the element of x where `from` says, or 0 where it says nothing.
using From = std::function<std::optional<Shape>(const Shape& place, const Shape& of)>;
Array rearranged(const Array& x, const Shape& shape, const From& from) {
  Array y(shape);
  for (const Shape& place : places(shape))
    if (const auto source = from(place, x.shape)) y.at(place) = x.at(*source);
  return y;
}

ArrayOperation row_of(const std::string& name, const Function& function, const Shape& shape,
                      const Shape& result, const From& from) {
  return {.name = name,
          .function = function,
          .inputs = {{shape}},
          .twin = [=](const Arrays& x) { return rearranged(x[0], result, from); },
          .integers = true};
}

ArrayOperation flip_row(const Shape& shape, const Axes& axes) {
  return row_of(
      text("flip of ", shape, " along ", axes), [=](X x) { return flip(x[0], axes); }, shape, shape,
      [=](Shape place, const Shape& of) {
        for (std::int64_t axis : axes) {
          const int i = static_cast<int>(axis < 0 ? axis + of.rank() : axis);
          place[i] = of[i] - 1 - place[i];
        }
        return std::optional(place);
      });
}

ArrayOperation repeat_row(const Shape& shape, const Shape& times) {
  Shape result = times;
  const int extra = times.rank() - shape.rank();
  for (int i = 0; i < shape.rank(); ++i) result[i + extra] *= shape[i];
  return row_of(
      text("repeat of ", shape, ' ', times), [=](X x) { return repeat(x[0], times); }, shape,
      result,
      [=](const Shape& place, const Shape& of) {
        Shape from = of;
        for (int i = 0; i < of.rank(); ++i) from[i] = place[i + extra] % of[i];
        return std::optional(from);
      });
}

ArrayOperation triangle_row(bool lower, const Shape& shape, std::int64_t diagonal) {
  const Function function = [=](X x) {
    return lower ? tril(x[0], diagonal) : triu(x[0], diagonal);
  };
  return row_of(text(lower ? "tril" : "triu", " of ", shape, " at ", diagonal), function, shape,
                shape, [=](const Shape& place, const Shape&) {
                  const std::int64_t over = place.back() - place[place.rank() - 2];
                  const bool stays = lower ? over <= diagonal : over >= diagonal;
                  return stays ? std::optional(place) : std::nullopt;
                });
}

ArrayOperation pad_row(const Shape& shape, const std::vector<std::int64_t>& sizes, PadMode mode) {
  Shape result = shape, before = Shape::filled(shape.rank(), 0);
  for (std::size_t i = 0; i < sizes.size() / 2; ++i) {
    const int axis = shape.rank() - 1 - static_cast<int>(i);
    result[axis] += sizes[2 * i] + sizes[2 * i + 1];
    before[axis] = sizes[2 * i];
  }
  ArrayOperation row = row_of(
      text("pad of ", shape, " to ", result, " in mode ", static_cast<int>(mode)),
      [=](X x) { return pad(x[0], sizes, {.mode = mode}); }, shape, result,
      [=](Shape place, const Shape& of) -> std::optional<Shape> {
        for (int i = 0; i < of.rank(); ++i) {
          std::int64_t& at = place[i] -= before[i];
          if (at >= 0 && at < of[i]) continue;
          if (mode == PadMode::constant) return {};
          const std::int64_t edge = at < 0 ? 0 : of[i] - 1;
          at = mode == PadMode::replicate ? edge : 2 * edge - at;
        }
        return place;
      });
  row.roundings = 8;  // of gradients that are summed
  return row;
}

ArrayOperation embedding_row(const Shape& weight, const Shape& index) {
  Array numbers(index);
  for (std::size_t i = 0; i < numbers.elements.size(); ++i)
    numbers.elements[i] = static_cast<double>(2 * i % 3);
  const Tensor at = cast(from_vector(numbers.elements, index), DType::int32);
  Shape result = index;
  result.push_back(weight[1]);
  return row_of(
      text("embedding of ", weight, " by ", index), [=](X x) { return embedding(x[0], at); },
      weight, result,
      [=](Shape place, const Shape&) {
        const std::int64_t feature = place.back();
        place.erase(place.rank() - 1);
        return std::optional(Shape{static_cast<std::int64_t>(numbers.at(place)), feature});
      });
}

void add_mutants(std::vector<ArrayOperation>& rows) {
  const auto add = [&](ArrayOperation row, const WrongRule& wrong, const Shape& large) {
    row.wrong_rules = {wrong};
    row.large = {large};
    rows.push_back(row);
  };
  // clang-format off
  add(flip_row({3, 3}, 0), {"not turned back", [](X, V, V dy) { return dy; }}, {300, 400});
  add(repeat_row({3, 3}, {1, 2}), {"the first copy alone", [](X, V, V dy) { return slice(dy, 1, 0, 3); }}, {300, 200});
  add(triangle_row(true, {3, 3}, 0), {"everything", [](X, V, V dy) { return dy; }}, {300, 400});
  add(triangle_row(false, {3, 3}, 0), {"the other triangle", [](X, V, V dy) { return tril(dy); }}, {300, 400});
  add(pad_row({3, 3}, {1, 1}, PadMode::constant), {"one place off", [](X, V, V dy) { return slice(dy, 1, 0, 3); }}, {300, 400});
  add(embedding_row({3, 3}, {300}), {"the first lookups alone", [](X, V, V dy) { return slice(dy, 0, 0, 3); }}, {3, 4000});
  // clang-format on
}

}  // namespace

std::vector<ArrayOperation> shape_rows() {
  std::vector<ArrayOperation> rows;
  for (const Axes& axes : {Axes{}, Axes{0}, Axes{-1}, Axes{2, 0}, Axes{0, 1, 2}})
    rows.push_back(flip_row({3, 2, 4}, axes));
  rows.push_back(flip_row({0, 2}, {0, 1}));
  rows.push_back(repeat_row({3, 2}, {2, 3}));
  rows.push_back(repeat_row({3, 2}, {2, 1, 1}));
  rows.push_back(repeat_row({3, 2}, {1, 4, 2}));
  rows.push_back(repeat_row({3, 2}, {0, 2}));
  rows.push_back(repeat_row({}, {3}));
  rows.push_back(repeat_row({0, 2}, {3, 2}));
  for (const bool lower : {false, true}) {
    for (const std::int64_t diagonal : {-2, 0, 1})
      rows.push_back(triangle_row(lower, {3, 4}, diagonal));
    rows.push_back(triangle_row(lower, {2, 4, 3}, 1));
    rows.push_back(triangle_row(lower, {0, 3}, 0));
  }
  for (const PadMode mode : {PadMode::constant, PadMode::reflect, PadMode::replicate}) {
    rows.push_back(pad_row({2, 4}, {2, 3}, mode));
    rows.push_back(pad_row({2, 3, 4}, {-1, 2}, mode));
    rows.push_back(pad_row({2, 3, 4}, {1, 3, 2, 0}, mode));
    rows.push_back(pad_row({2, 1, 3, 2, 3}, {1, 0, 0, 1, 2, 1}, mode));
    rows.push_back(pad_row({0, 3}, {1, 1}, mode));
  }
  rows.push_back(pad_row({3}, {1, 2}, PadMode::constant));
  rows.push_back(pad_row({2, 3}, {}, PadMode::constant));
  rows.push_back(embedding_row({4, 3}, {2, 5}));
  rows.push_back(embedding_row({4, 3}, {}));
  rows.push_back(embedding_row({4, 3}, {0}));
  add_mutants(rows);
  return rows;
}

TEST_CASE("embedding: padding learns nothing, in first and second order") {
  const Variable weight = leaf(reshape(arange(1, 7, 1, DType::float64), {3, 2}));
  const Tensor index = from_vector<std::int32_t>({0, 2, 2, 1}, {2, 2});
  for (const std::int64_t padding : {2, -1}) {
    const Variable y = embedding(weight, index, {.padding_index = padding});
    CHECK(y.value().to_vector<double>() == Doubles{1, 2, 5, 6, 5, 6, 3, 4});
    const Variable dw = gradients(sum(square(y)), {weight}, {.create_graph = true})[0];
    CHECK(dw.value().to_vector<double>() == Doubles{2, 4, 6, 8, 0, 0});
    CHECK(gradients(sum(dw), {weight})[0].value().to_vector<double>() == Doubles{2, 2, 2, 2, 0, 0});
  }
}

TEST_CASE("masked_fill: what is filled gets no gradient, the number that fills it does") {
  const Variable x = leaf(from_vector<double>({1, 2, 3, 4}, {2, 2})),
                 value = leaf(full({}, 9, DType::float64));
  const Tensor mask = from_vector<std::int32_t>({1, 0});
  CHECK(masked_fill(x, mask, 7).value().to_vector<double>() == Doubles{7, 2, 7, 4});
  CHECK(masked_fill(cast(x.value(), DType::int32), mask, -1).to_vector<std::int32_t>() ==
        std::vector<std::int32_t>{-1, 2, -1, 4});
  const auto [dx, dvalue] = gradients(sum(square(masked_fill(x, mask, value))), {x, value});
  CHECK(dx.value().to_vector<double>() == Doubles{0, 4, 0, 8});
  CHECK(dvalue.item() == 36);
}

TEST_CASE("gather, scatter_add: an index that is shorter leaves the rest without gradient") {
  const Variable x = leaf(reshape(arange(0, 6, 1, DType::float64), {2, 3}));
  const Tensor index = from_vector<std::int32_t>({2, 2}, {1, 2});
  const Variable y = gather(x, 1, index);
  CHECK(y.value().to_vector<double>() == Doubles{2, 2});
  CHECK(gradients(sum(y), {x})[0].value().to_vector<double>() == Doubles{0, 0, 2, 0, 0, 0});
  const Variable none = gather(x, 1, zeros({0}, DType::int32)), scalar = leaf(full({}, 3));
  CHECK(gradients(sum(none), {x})[0].value().to_vector<double>() == Doubles(6, 0));
  const Tensor zero = zeros({2}, DType::int32);
  CHECK(gradients(sum(gather(scalar, 0, zero)), {scalar})[0].item() == 2);
  CHECK(gradients(index_select(scalar, 0, zeros({1}, DType::int32)), {scalar})[0].item() == 1);
  const Variable base = leaf(zeros({2, 3}, DType::float64));
  const auto [dbase, dx] = gradients(sum(square(scatter_add(base, 1, index, x))), {base, x});
  CHECK(dbase.value().to_vector<double>() == Doubles{0, 0, 2, 0, 0, 0});
  CHECK(dx.value().to_vector<double>() == Doubles{2, 2, 0, 0, 0, 0});
}

TEST_CASE("pad, repeat, flip: bad use says the same on Variables as on tensors") {
  const Variable x = leaf(zeros({2, 3}));
  CHECK_THROWS_AS(pad(x, {1}), ShapeError);
  CHECK_THROWS_AS(pad(x, {3, 0}, {.mode = PadMode::reflect}), ShapeError);
  CHECK_THROWS_AS(repeat(x, {2}), ShapeError);
  CHECK_THROWS_AS(flip(x, 2), ShapeError);
  CHECK_THROWS_AS(tril(leaf(zeros({2}))), ShapeError);
}
