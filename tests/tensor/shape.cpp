#include <doctest/doctest.h>

#include <tensor/shape.hpp>

using namespace ebb;

TEST_CASE("shape: behaves like a small vector") {
  Shape shape = {2, 3};
  CHECK(shape.rank() == 2);
  CHECK(shape[1] == 3);
  CHECK(shape.back() == 3);
  shape.push_back(4);
  CHECK(shape == Shape{2, 3, 4});
  shape.erase(1);
  CHECK(shape == Shape{2, 4});
  shape.insert(1, 9);
  shape.insert(0, 7);
  shape.insert(4, 5);
  CHECK(shape == Shape{7, 2, 9, 4, 5});
  std::int64_t sum = 0;
  for (std::int64_t length : shape) sum += length;
  CHECK(sum == 27);
  CHECK(Shape::filled(3, 8) == Shape{8, 8, 8});
}

TEST_CASE("divide_up: the last piece may be smaller") {
  CHECK(divide_up(0, 4) == 0);
  CHECK(divide_up(1, 4) == 1);
  CHECK(divide_up(8, 4) == 2);
  CHECK(divide_up(9, 4) == 3);
}

TEST_CASE("shape: comes from a vector of up to six lengths, too") {
  const std::vector<std::int64_t> lengths = {4, 0, 2};
  CHECK(Shape(lengths) == Shape{4, 0, 2});
  CHECK(Shape{lengths} == Shape{4, 0, 2});
  CHECK(Shape(std::vector<std::int64_t>{}) == Shape{});
  CHECK(Shape(std::vector<std::int64_t>(6, 1)).rank() == 6);
  CHECK_THROWS_WITH_AS(
      Shape(std::vector<std::int64_t>(7, 1)),
      "shape: 7 lengths came, and a tensor has at most 6 axes; try to join some into one",
      ShapeError);
}

TEST_CASE("shape: two are equal when their ranks and all lengths are") {
  CHECK(Shape{} == Shape{});
  CHECK(Shape{1} != Shape{});
  CHECK(Shape{2, 1} != Shape{2});
  CHECK(Shape{2, 3} != Shape{3, 2});
  Shape shorter = {2, 3};
  shorter.erase(1);
  CHECK(shorter == Shape{2});  // what stood there before does not count
}

TEST_CASE("shape: counts the product of the lengths, 1 for a scalar") {
  CHECK(Shape{}.count() == 1);
  CHECK(Shape{5}.count() == 5);
  CHECK(Shape{2, 3, 4}.count() == 24);
  CHECK(Shape{2, 0, 4}.count() == 0);
  CHECK(checked_count({2, 3, 4}) == 24);
  CHECK(checked_count({2, 0, 4}) == 0);
  CHECK(checked_count({}) == 1);
}

TEST_CASE("shape: a message shows it in brackets") {
  CHECK(text(Shape{}) == "[]");
  CHECK(text(Shape{7}) == "[7]");
  CHECK(text(Shape{128, -1, 784}) == "[128, -1, 784]");
}

TEST_CASE("shape: has room for six axes, and a seventh is an error") {
  const Shape six = {1, 2, 3, 4, 5, 6};
  CHECK(six.count() == 720);
  const char* message =
      "shape: a tensor has at most 6 axes, and this asks for one more; try reshape to join some";
  Shape full = six;
  CHECK_THROWS_WITH_AS(full.push_back(7), message, ShapeError);
  CHECK_THROWS_WITH_AS(full.insert(0, 7), message, ShapeError);
  CHECK(full == six);
  CHECK_THROWS_WITH_AS((Shape{1, 2, 3, 4, 5, 6, 7}), message, ShapeError);
  CHECK_THROWS_WITH_AS(Shape::filled(7, 1), message, ShapeError);
}

TEST_CASE("shape: negative lengths and sizes that overflow are errors") {
  CHECK_THROWS_WITH_AS(checked_count({2, -3}),
                       "shape: [2, -3] has a negative length; try 0 or more", ShapeError);
  const std::int64_t large = std::int64_t{1} << 31, max = 0x7fffffffffffffff;
  CHECK(checked_count({large, large >> 4}) == large * (large >> 4));
  CHECK_THROWS_WITH_AS(
      checked_count({large, large}),
      "shape: [2147483648, 2147483648] has more elements than memory can hold; try a smaller one",
      ShapeError);
  CHECK_THROWS_WITH_AS(
      checked_count({max}),
      "shape: [9223372036854775807] has more elements than memory can hold; try a smaller one",
      ShapeError);
  CHECK_THROWS_AS(checked_count({max, max}), ShapeError);
  // Not even beside a 0: strides are products of some of the lengths.
  CHECK_THROWS_AS(checked_count({0, large, large}), ShapeError);
  CHECK_THROWS_AS(checked_count({large, 0, large}), ShapeError);
}

TEST_CASE("resolve_axis: negative axes count from the end") {
  for (int axis = 0; axis < 4; ++axis) {
    CHECK(resolve_axis("f", axis, 4) == axis);
    CHECK(resolve_axis("f", axis - 4, 4) == axis);
  }
}

TEST_CASE("resolve_axis: an axis that does not exist is an error that names those that do") {
  const auto message = "f: axis 2 does not exist in a tensor of rank 2; try -2 to 1";
  CHECK_THROWS_WITH_AS(resolve_axis("f", 2, 2), message, ShapeError);
  CHECK_THROWS_WITH_AS(resolve_axis("f", -3, 2),
                       "f: axis -3 does not exist in a tensor of rank 2; try -2 to 1", ShapeError);
  CHECK_THROWS_WITH_AS(resolve_axis("f", 0, 0),
                       "f: axis 0 of a scalar, which has no axes; try unsqueeze", ShapeError);
  CHECK_THROWS_AS(resolve_axis("f", std::int64_t{1} << 32, 2), ShapeError);  // is not axis 0
}

TEST_CASE("row_major_strides: the last axis is gapless, lengths of 0 count as 1") {
  CHECK(row_major_strides({}) == Shape{});
  CHECK(row_major_strides({5}) == Shape{1});
  CHECK(row_major_strides({2, 3, 4}) == Shape{12, 4, 1});
  CHECK(row_major_strides({2, 0, 4}) == Shape{4, 4, 1});
}

TEST_CASE("broadcast_shapes: aligned at the last axis, lengths of 1 repeat") {
  CHECK(broadcast_shapes("f", {}, {}) == Shape{});
  CHECK(broadcast_shapes("f", {2, 3}, {}) == Shape{2, 3});
  CHECK(broadcast_shapes("f", {3}, {2, 3}) == Shape{2, 3});
  CHECK(broadcast_shapes("f", {2, 1}, {1, 3}) == Shape{2, 3});
  CHECK(broadcast_shapes("f", {1}, {0}) == Shape{0});
  CHECK(broadcast_shapes("f", {5, 1, 4}, {3, 1}) == Shape{5, 3, 4});
}

TEST_CASE("broadcast_shapes: other lengths are an error that shows both shapes") {
  CHECK_THROWS_WITH_AS(broadcast_shapes("f", {2, 3}, {2}),
                       "f: shapes [2, 3] and [2] do not broadcast: aligned at the last axis, "
                       "lengths must be equal or 1; try reshape or unsqueeze",
                       ShapeError);
  CHECK_THROWS_WITH_AS(broadcast_shapes("f", {4}, {2, 3}),
                       "f: shapes [4] and [2, 3] do not broadcast: aligned at the last axis, "
                       "lengths must be equal or 1; try reshape or unsqueeze",
                       ShapeError);
  CHECK_THROWS_AS(broadcast_shapes("f", {0}, {2}), ShapeError);
}
