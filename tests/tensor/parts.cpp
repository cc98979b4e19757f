#include <doctest/doctest.h>

#include <tensor/parts.hpp>
#include <tensor/views.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;

namespace {

using Doubles = std::vector<double>;
constexpr DType all[] = {DType::float32, DType::float64, DType::int32};

Tensor indices(const std::vector<std::int32_t>& values) { return from_vector(values); }

// The numbers 0, 1, 2, … in a shape.
Tensor counted(const Shape& shape, DType dtype, double start = 0) {
  const double count = static_cast<double>(shape.count());
  return reshape(arange(start, start + count, 1, dtype), shape);
}

}  // namespace

TEST_CASE("cat: the parts one after the other along any axis, in every dtype") {
  for (const DType dtype : all) {
    const Tensor a = counted({2, 2}, dtype), b = counted({2, 1}, dtype, 10);
    CHECK(doubles(cat({a, b}, 1)) == Doubles{0, 1, 10, 2, 3, 11});
    CHECK(doubles(cat({a, b}, -1)) == Doubles{0, 1, 10, 2, 3, 11});
    CHECK(cat({a, b}, 1).shape() == Shape{2, 3});
    CHECK(cat({a, b}, 1).dtype() == dtype);
    CHECK(doubles(cat({a, transpose(b)})) == Doubles{0, 1, 2, 3, 10, 11});
    CHECK(same_bits(cat({a}), a));
  }
}

TEST_CASE("cat: undoes slices, in a middle axis and of strided parts") {
  const Tensor x = permute(counted({4, 5, 6}, DType::float32), {1, 2, 0});
  for (const int axis : {0, 1, 2}) {
    const std::int64_t n = x.size(axis);
    CHECK(same_bits(cat({slice(x, axis, 0, 1), slice(x, axis, 1, 3), slice(x, axis, 3, 3),
                         slice(x, axis, 3, n)},
                        axis),
                    x));
  }
  CHECK(cat({zeros({0, 3}), zeros({0, 3})}).shape() == Shape{0, 3});
  CHECK(cat({zeros({2, 0}), zeros({3, 0})}).shape() == Shape{5, 0});
}

TEST_CASE("cat: parts that do not fit are an error") {
  CHECK_THROWS_WITH_AS(cat({}), "cat: there are no parts; give at least one tensor", ShapeError);
  CHECK_THROWS_WITH_AS(
      cat({zeros({2, 3}), zeros({2, 3}), zeros({2, 4})}),
      "cat: part 2 is [2, 4], part 0 [2, 3]; lengths may differ along axis 0 alone, try another",
      ShapeError);
  CHECK_THROWS_WITH_AS(
      cat({zeros({2, 3}), zeros({3})}, 1),
      "cat: part 1 is [3], part 0 [2, 3]; lengths may differ along axis 1 alone, try another",
      ShapeError);
  CHECK_THROWS_WITH_AS(cat({zeros({2, 3}), zeros({2, 3}, DType::int32)}),
                       "cat: part 1 is int32, part 0 float32; try cast", DTypeError);
  CHECK_THROWS_WITH_AS(cat({zeros({2})}, 1),
                       "cat: axis 1 does not exist in a tensor of rank 1; try -1 to 0", ShapeError);
  CHECK_THROWS_WITH_AS(cat({full({}, 1)}),
                       "cat: axis 0 of a scalar, which has no axes; try unsqueeze", ShapeError);
  const Tensor large = expand(full({1}, 1), {std::int64_t{1} << 58});
  CHECK_THROWS_WITH_AS(
      cat({large, large, large}),
      "shape: [576460752303423488] has more elements than memory can hold; try a smaller one",
      ShapeError);
}

TEST_CASE("stack: the parts side by side along a new axis") {
  for (const DType dtype : all) {
    const Tensor a = counted({2, 2}, dtype), b = counted({2, 2}, dtype, 10);
    CHECK(stack({a, b}).shape() == Shape{2, 2, 2});
    CHECK(doubles(stack({a, b})) == Doubles{0, 1, 2, 3, 10, 11, 12, 13});
    CHECK(doubles(stack({a, b}, 1)) == Doubles{0, 1, 10, 11, 2, 3, 12, 13});
    CHECK(doubles(stack({a, b}, -1)) == Doubles{0, 10, 1, 11, 2, 12, 3, 13});
    CHECK(doubles(stack({transpose(a), b}, 2)) == Doubles{0, 10, 2, 11, 1, 12, 3, 13});
    CHECK(doubles(stack({full({}, 1, dtype), full({}, 2, dtype)})) == Doubles{1, 2});
  }
}

TEST_CASE("stack: parts that do not fit are an error") {
  CHECK_THROWS_WITH_AS(stack({}), "stack: there are no parts; give at least one tensor",
                       ShapeError);
  CHECK_THROWS_WITH_AS(stack({zeros({2}), zeros({2}), zeros({3})}),
                       "stack: part 2 is [3], part 0 [2]; shapes must agree, try cat", ShapeError);
  CHECK_THROWS_WITH_AS(stack({zeros({2}), zeros({2}, DType::float64)}),
                       "stack: part 1 is float64, part 0 float32; try cast", DTypeError);
  CHECK_THROWS_WITH_AS(stack({zeros({2})}, 2),
                       "stack: axis 2 does not exist in a tensor of rank 2; try -2 to 1",
                       ShapeError);
  CHECK_THROWS_WITH_AS(
      stack({zeros({1, 1, 1, 1, 1, 1})}),
      "shape: a tensor has at most 6 axes, and this asks for one more; try reshape "
      "to join some",
      ShapeError);
}

TEST_CASE("index_select: the named entries in their order, repeats included") {
  for (const DType dtype : all) {
    const Tensor x = counted({3, 4}, dtype);
    CHECK(doubles(index_select(x, 0, indices({2, 0, 2}))) ==
          Doubles{8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11});
    CHECK(doubles(index_select(x, 1, indices({3, 1}))) == Doubles{3, 1, 7, 5, 11, 9});
    CHECK(doubles(index_select(x, -1, indices({0}))) == Doubles{0, 4, 8});
    CHECK(doubles(index_select(transpose(x), 0, indices({1}))) == Doubles{1, 5, 9});
    CHECK(doubles(index_select(x, 0, slice(indices({1, 9, 0, 9}), 0, 0, 4, 2))) ==
          Doubles{4, 5, 6, 7, 0, 1, 2, 3});
    CHECK(index_select(x, 0, zeros({0}, DType::int32)).shape() == Shape{0, 4});
    CHECK(index_select(zeros({3, 0}, dtype), 0, indices({1, 1})).shape() == Shape{2, 0});
  }
}

TEST_CASE("index_add: undoes index_select, adding where an entry is named again") {
  for (const DType dtype : {DType::float32, DType::float64}) {
    const Tensor x = counted({3, 2}, dtype, 1);
    CHECK(doubles(index_add(x, 0, indices({3, 0, 3}), 4)) == Doubles{3, 4, 0, 0, 0, 0, 6, 8});
    CHECK(doubles(index_add(x, 1, indices({1, 1}), 3)) == Doubles{0, 3, 0, 0, 7, 0, 0, 11, 0});
    CHECK(doubles(index_add(transpose(x), -1, indices({0, 1, 0}), 2)) == Doubles{6, 3, 8, 4});
    CHECK(index_add(zeros({0, 2}, dtype), 0, zeros({0}, DType::int32), 2).shape() == Shape{2, 2});
  }
}

TEST_CASE("unslice: puts back what slice takes, among zeros") {
  for (const DType dtype : all) {
    const Tensor x = counted({2, 3}, dtype, 1);
    CHECK(doubles(unslice(x, 1, 1, 1, 5)) == Doubles{0, 1, 2, 3, 0, 0, 4, 5, 6, 0});
    CHECK(doubles(unslice(x, 0, 0, 2, 3)) == Doubles{1, 2, 3, 0, 0, 0, 4, 5, 6});
    CHECK(doubles(unslice(transpose(x), -1, 1, 2, 4)) ==
          Doubles{0, 1, 0, 4, 0, 2, 0, 5, 0, 3, 0, 6});
    CHECK(same_bits(slice(unslice(x, 1, 2, 3, 9), 1, 2, 9, 3), x));
    CHECK(doubles(unslice(zeros({2, 0}, dtype), 1, 2, 1, 2)) == Doubles(4, 0));
    CHECK(unslice(zeros({0, 3}, dtype), 1, 0, 1, 4).shape() == Shape{0, 4});
  }
}

TEST_CASE("unslice: entries without room are an error") {
  const auto no_room = [](const char* entries) {
    return text("unslice: 3 entries from ", entries, "; try a larger length");
  };
  const Tensor x = zeros({2, 3});
  CHECK_THROWS_WITH_AS(unslice(x, 1, 1, 2, 5), no_room("1 in steps of 2 have no room in 5").c_str(),
                       ShapeError);
  CHECK_THROWS_WITH_AS(unslice(x, 1, -1, 1, 5),
                       no_room("-1 in steps of 1 have no room in 5").c_str(), ShapeError);
  CHECK_THROWS_WITH_AS(unslice(x, 1, 0, 0, 5), no_room("0 in steps of 0 have no room in 5").c_str(),
                       ShapeError);
  CHECK_THROWS_WITH_AS(unslice(x, 2, 0, 1, 5),
                       "unslice: axis 2 does not exist in a tensor of rank 2; try -2 to 1",
                       ShapeError);
}

TEST_CASE("index_select, index_add: bad indices are an error") {
  const Tensor x = zeros({3, 2});
  CHECK_THROWS_WITH_AS(index_select(x, 0, indices({0, 3})),
                       "index_select: index 3 at place 1 is outside [0, 3); entries count from 0",
                       Error);
  CHECK_THROWS_WITH_AS(index_select(x, 1, indices({-1})),
                       "index_select: index -1 at place 0 is outside [0, 2); entries count from 0",
                       Error);
  CHECK_THROWS_WITH_AS(
      index_select(x, 0, zeros({2})),
      "index_select: index is float32 [2]; it must be int32 [n], try cast or reshape", DTypeError);
  CHECK_THROWS_WITH_AS(
      index_select(x, 0, zeros({2, 1}, DType::int32)),
      "index_select: index is int32 [2, 1]; it must be int32 [n], try cast or reshape", ShapeError);
  CHECK_THROWS_WITH_AS(index_select(x, 2, indices({0})),
                       "index_select: axis 2 does not exist in a tensor of rank 2; try -2 to 1",
                       ShapeError);
  CHECK_THROWS_WITH_AS(index_add(x, 0, indices({0, 1, 4}), 4),
                       "index_add: index 4 at place 2 is outside [0, 4); entries count from 0",
                       Error);
  CHECK_THROWS_WITH_AS(index_add(x, 0, indices({0, 1}), 4),
                       "index_add: 2 indices for axis 0 of [3, 2]; try one for each entry",
                       ShapeError);
  CHECK_THROWS_WITH_AS(index_add(x, 0, zeros({3}, DType::float64), 4),
                       "index_add: index is float64 [3]; it must be int32 [n], try cast or reshape",
                       DTypeError);
  CHECK_THROWS_WITH_AS(index_add(x, -3, indices({0}), 4),
                       "index_add: axis -3 does not exist in a tensor of rank 2; try -2 to 1",
                       ShapeError);
  CHECK_THROWS_WITH_AS(index_add(zeros({0, 2}), 0, zeros({0}, DType::int32), -1),
                       "shape: [-1, 2] has a negative length; try 0 or more", ShapeError);
}
