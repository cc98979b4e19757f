#include <doctest/doctest.h>

#include <tensor/parts.hpp>
#include <tensor/views.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;

namespace {

Tensor indices(const std::vector<std::int32_t>& values) { return from_vector(values); }

}  // namespace

// What they do with tensors that fit stands in the table of array operations.
TEST_CASE("index_select, unslice: a strided index, and nothing at the end of an axis") {
  const Tensor x = arange(0, 5), index = slice(indices({1, 9, 0, 9}), 0, 0, 4, 2);
  CHECK(doubles(index_select(x, 0, index)) == std::vector<double>{1, 0});
  CHECK(doubles(unslice(zeros({2, 0}), 1, 2, 1, 2)) == std::vector<double>(4, 0));
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

TEST_CASE("gather: each element is chosen by its own index, along any axis") {
  const Tensor x = from_vector<float>({1, 2, 3, 4, 5, 6}, {2, 3});
  const Tensor rows = from_vector<std::int32_t>({2, 0, 1, 1}, {2, 2});
  CHECK(gather(x, 1, rows).to_vector<float>() == std::vector<float>{3, 1, 5, 5});
  CHECK(gather(x, -1, rows).to_vector<float>() == std::vector<float>{3, 1, 5, 5});
  const Tensor columns = from_vector<std::int32_t>({1, 0, 1}, {1, 3});
  CHECK(gather(x, 0, columns).to_vector<float>() == std::vector<float>{4, 2, 6});
  CHECK(gather(transpose(x), 0, transpose(rows)).to_vector<float>() ==
        std::vector<float>{3, 5, 1, 5});
  CHECK(gather(x, 1, zeros({2, 0}, DType::int32)).shape() == Shape{2, 0});
}

TEST_CASE("scatter_add: elements are added where their indices say") {
  const Tensor x = from_vector<float>({1, 2, 3, 4}, {2, 2});
  const Tensor index = from_vector<std::int32_t>({2, 2, 0, 1}, {2, 2});
  CHECK(scatter_add(x, 1, index, 3).to_vector<float>() == std::vector<float>{0, 0, 3, 3, 4, 0});
  CHECK(scatter_add(x, 0, from_vector<std::int32_t>({0, 0, 0, 1}, {2, 2}), 2).to_vector<float>() ==
        std::vector<float>{4, 2, 0, 4});
}

TEST_CASE("gather and scatter_add: what does not fit is refused") {
  const Tensor x = zeros({2, 3}), index = zeros({2, 1}, DType::int32);
  CHECK_THROWS_WITH_AS(
      gather(x, 1, zeros({3, 1}, DType::int32)),
      "gather: index [3, 1] does not fit [2, 3]; it must have as many axes, and none "
      "longer but axis 1, try reshape",
      ShapeError);
  CHECK_THROWS_AS(gather(x, 1, zeros({2}, DType::int32)), ShapeError);
  CHECK_THROWS_WITH_AS(gather(x, 1, zeros({2, 1})),
                       "gather: index is float32 [2, 1]; it must be int32, try cast", DTypeError);
  CHECK_THROWS_AS(gather(x, 1, full({2, 1}, 3, DType::int32)), Error);
  CHECK_THROWS_AS(gather(x, 1, full({2, 1}, -1, DType::int32)), Error);
  CHECK_THROWS_WITH_AS(scatter_add(x, 1, index, 3),
                       "scatter_add: x [2, 3] and index [2, 1] must have one shape, and a length "
                       "of 3 must not be below 0",
                       ShapeError);
  CHECK_THROWS_AS(scatter_add(zeros({2, 1}), 1, index, -1), ShapeError);
  CHECK_THROWS_AS(scatter_add(zeros({2, 1}), 1, full({2, 1}, 4, DType::int32), 4), Error);
}

TEST_CASE("flip: elements in reverse order along the axes") {
  const Tensor x = from_vector<std::int32_t>({1, 2, 3, 4, 5, 6}, {2, 3});
  using Integers = std::vector<std::int32_t>;
  CHECK(flip(x, 1).to_vector<std::int32_t>() == Integers{3, 2, 1, 6, 5, 4});
  CHECK(flip(x, {0, -1}).to_vector<std::int32_t>() == Integers{6, 5, 4, 3, 2, 1});
  CHECK(flip(transpose(x), 0).to_vector<std::int32_t>() == Integers{3, 6, 2, 5, 1, 4});
  CHECK(flip(x, {}).to_vector<std::int32_t>() == x.to_vector<std::int32_t>());
  CHECK(flip(full({}, 3), 0).item() == 3);
  CHECK(flip(zeros({2, 0}), {0, 1}).shape() == Shape{2, 0});
  CHECK(flip(x, {0, 1}).strides() == Shape{3, 1});
  CHECK_THROWS_WITH_AS(flip(x, {0, 0}), "flip: axes [0, 0] name axis 0 twice; name it once",
                       ShapeError);
}

TEST_CASE("repeat: x so many times along each axis, and along new ones in front") {
  const Tensor x = from_vector<float>({1, 2, 3, 4}, {2, 2});
  CHECK(repeat(x, {1, 2}).to_vector<float>() == std::vector<float>{1, 2, 1, 2, 3, 4, 3, 4});
  CHECK(repeat(x, {2, 1, 2}).shape() == Shape{2, 2, 4});
  CHECK(repeat(slice(x, 1, 0, 1), {2, 3}).to_vector<float>() ==
        std::vector<float>{1, 1, 1, 3, 3, 3, 1, 1, 1, 3, 3, 3});
  CHECK(repeat(full({}, 2), {3, 0}).shape() == Shape{3, 0});
  CHECK(repeat(full({}, 2), {}).item() == 2);
  CHECK(repeat(zeros({0, 2}), {2, 3}).shape() == Shape{0, 6});
  CHECK(repeat(zeros({1, 1, 1, 1, 1, 2}), {2, 1, 1, 1, 1, 2}).shape() == Shape{2, 1, 1, 1, 1, 4});
  CHECK_THROWS_WITH_AS(repeat(x, {2}),
                       "repeat: [2] times [2, 2]; give a number from 0 for each axis, and for new "
                       "ones in front",
                       ShapeError);
  CHECK_THROWS_AS(repeat(x, {2, -1}), ShapeError);
}

TEST_CASE("tril, triu: a triangle of each matrix, on either side of any diagonal") {
  const Tensor x = arange(1, 13, 1, DType::int32);
  using Integers = std::vector<std::int32_t>;
  const Tensor matrix = reshape(x, {3, 4});
  CHECK(tril(matrix).to_vector<std::int32_t>() == Integers{1, 0, 0, 0, 5, 6, 0, 0, 9, 10, 11, 0});
  CHECK(triu(matrix).to_vector<std::int32_t>() == Integers{1, 2, 3, 4, 0, 6, 7, 8, 0, 0, 11, 12});
  CHECK(tril(matrix, -1).to_vector<std::int32_t>() ==
        Integers{0, 0, 0, 0, 5, 0, 0, 0, 9, 10, 0, 0});
  CHECK(triu(matrix, 2).to_vector<std::int32_t>() == Integers{0, 0, 3, 4, 0, 0, 0, 8, 0, 0, 0, 0});
  CHECK(tril(matrix, 99).to_vector<std::int32_t>() == x.to_vector<std::int32_t>());
  CHECK(sum(triu(matrix, std::numeric_limits<std::int64_t>::max())).item() == 0);
  CHECK(sum(tril(matrix, std::numeric_limits<std::int64_t>::min())).item() == 0);
  const Tensor batch = reshape(arange(0, 8), {2, 2, 2});
  CHECK(tril(batch).to_vector<float>() == std::vector<float>{0, 0, 2, 3, 4, 0, 6, 7});
  CHECK(tril(zeros({2, 0, 3})).shape() == Shape{2, 0, 3});
  CHECK(triu(zeros({2, 3, 0})).shape() == Shape{2, 3, 0});
  CHECK_THROWS_WITH_AS(tril(zeros({3})),
                       "tril: [3] is no matrix; it must be [..., rows, columns], try reshape",
                       ShapeError);
}
