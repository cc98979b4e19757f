#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/gradients.hpp>
#include <autograd/reduce.hpp>
#include <cmath>
#include <nn/start.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/random.hpp>
#include <tensor/views.hpp>

using namespace ebb;
using nn::Parameter;

TEST_CASE("parameter: used before it has numbers it says what to call") {
  Parameter weight({2, 3});
  weight.set_path("encoder.weight");
  CHECK_FALSE(weight.has_value());
  CHECK_THROWS_WITH_AS(
      weight.variable(),
      "parameter encoder.weight [2, 3] has no numbers yet; call "
      "initialize(model, {.seed = 1}) or load(model, path) before the model is used; if you did, "
      "name this part in the visit of its module",
      Error);
}

TEST_CASE("parameter: a copy has numbers of its own, a move keeps them") {
  Parameter first({2});
  first.set(from_vector<float>({1, 2}));
  Parameter copy = first;
  copy.set(from_vector<float>({5, 6}));
  CHECK(first.value().to_vector<float>() == std::vector<float>{1, 2});
  CHECK(copy.leaf().node() != first.leaf().node());
  const auto node = first.leaf().node();
  const Parameter moved = std::move(first);
  CHECK(moved.leaf().node() == node);
  CHECK(moved.value().to_vector<float>() == std::vector<float>{1, 2});
}

TEST_CASE("parameter: set writes in place and keeps the leaf, another dtype makes a new one") {
  for (const bool transposed : {false, true}) {
    Parameter weight({2, 3}, {.transposed = transposed});
    weight.set(from_vector<float>({1, 2, 3, 4, 5, 6}, {2, 3}));
    const auto node = weight.leaf().node();
    const std::uint32_t version = weight.value().version();
    weight.set(transpose(from_vector<float>({1, 2, 3, 4, 5, 6}, {3, 2})));
    CHECK(weight.leaf().node() == node);
    CHECK(weight.value().version() != version);
    CHECK(weight.value().to_vector<float>() == std::vector<float>{1, 3, 5, 2, 4, 6});
    CHECK(weight.value().strides() == (transposed ? Shape{1, 2} : Shape{3, 1}));
    weight.set(zeros({2, 3}, DType::float64));
    CHECK(weight.leaf().node() != node);
    CHECK(weight.value().dtype() == DType::float64);
    CHECK_THROWS_WITH_AS(
        weight.set(zeros({3, 2})),
        "parameter: the shape is [2, 3], the new values are [3, 2]; try reshape or transpose",
        ShapeError);
  }
}

TEST_CASE("parameter: to initialize it again makes a new leaf, and its old numbers stay") {
  for (const bool transposed : {false, true}) {
    Parameter weight({2, 3}, {.start = nn::uniform(1), .transposed = transposed});
    weight.set_path("w");
    weight.initialize(Random{1}, DType::float32);
    const Variable before = weight;
    const std::vector<float> numbers = before.value().to_vector<float>();
    weight.initialize(Random{2}, DType::float32);
    CHECK(weight.leaf().node() != before.node());
    CHECK(weight.leaf().node()->where == "w");
    CHECK(weight.value().strides() == (transposed ? Shape{1, 2} : Shape{3, 1}));
    CHECK(weight.value().to_vector<float>() != numbers);
    CHECK(before.value().to_vector<float>() == numbers);
  }
}

TEST_CASE("parameter: frozen it is a constant with the same numbers") {
  Parameter weight({2});
  weight.set(from_vector<float>({1, 2}));
  CHECK(backward(sum(weight * weight))[weight].to_vector<float>() == std::vector<float>{2, 4});
  weight.freeze();
  CHECK_FALSE(weight.variable().wants_gradient());
  weight.set(from_vector<float>({3, 4}));
  CHECK(sum(weight * weight).item() == 25);
  weight.freeze(false);
  CHECK(weight.variable().wants_gradient());
}

TEST_CASE("parameter: it begins uniform within its bound, whatever its order in memory") {
  Parameter rows({64, 64}, {.start = nn::uniform(0.25)}),
      columns({64, 64}, {.start = nn::uniform(0.25), .transposed = true});
  rows.initialize(Random{7}, DType::float32);
  columns.initialize(Random{7}, DType::float32);
  CHECK(rows.value().to_vector<float>() == columns.value().to_vector<float>());
  CHECK(amax(rows.value()).item() <= 0.25);
  CHECK(amin(rows.value()).item() >= -0.25);
  CHECK(var(rows.value()).item() == doctest::Approx(0.25 * 0.25 / 3).epsilon(0.05));
}

TEST_CASE("parameter: shapes that cannot be are refused") {
  CHECK_THROWS_WITH_AS(Parameter({2, -1}),
                       "parameter: [2, -1] has a negative length; try 0 or more", ShapeError);
  CHECK_THROWS_WITH_AS(
      Parameter({2}, {.transposed = true}),
      "parameter: [2] is no matrix to lie transposed in memory; try a shape of two axes",
      ShapeError);
}

TEST_CASE("parameter: it begins as its start says, and without one with zeros that are positive") {
  Parameter zero({3}), one({2, 2}, {.start = nn::constant(1), .transposed = true});
  zero.initialize(Random{7}, DType::float32);
  one.initialize(Random{7}, DType::float64);
  for (const float number : zero.value().to_vector<float>()) {
    CHECK(number == 0);
    CHECK_FALSE(std::signbit(number));
  }
  CHECK(one.value().to_vector<double>() == std::vector<double>{1, 1, 1, 1});
  Parameter wrong({2}, {.start = [](const Shape&, Random&, DType) { return ones({3}); }});
  wrong.set_path("gain");
  CHECK_THROWS_WITH_AS(wrong.initialize({}, DType::float32),
                       "parameter gain: its start made [3] of the shape [2]; make a tensor of the "
                       "shape it is given",
                       ShapeError);
}
