#include <doctest/doctest.h>

#include <tensor/elementwise.hpp>
#include <tensor/parts.hpp>
#include <tensor/views.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;

namespace {

// [2, 3, 4] with the elements 0 to 23.
Tensor block() { return reshape(arange(0, 24), {2, 3, 4}); }

using Floats = std::vector<float>;
Floats values(const Tensor& x) { return x.to_vector<float>(); }

bool shares(const Tensor& view, const Tensor& x) { return view.storage() == x.storage(); }

}  // namespace

TEST_CASE("reshape: the same elements in row-major order, without a copy") {
  const Tensor x = block(), y = reshape(x, {4, 6});
  CHECK(y.shape() == Shape{4, 6});
  CHECK(values(y) == values(x));
  CHECK(shares(y, x));
  CHECK(reshape(x, {24}).strides() == Shape{1});
  CHECK(reshape(x, {1, 24, 1}).shape() == Shape{1, 24, 1});
  CHECK(reshape(full({1, 1}, 3), {}).item() == 3);
  CHECK(reshape(full({}, 3), {1, 1, 1}).shape() == Shape{1, 1, 1});
}

TEST_CASE("reshape: one length may be -1") {
  CHECK(reshape(block(), {-1}).shape() == Shape{24});
  CHECK(reshape(block(), {6, -1}).shape() == Shape{6, 4});
  CHECK(reshape(block(), {2, -1, 6}).shape() == Shape{2, 2, 6});
  CHECK(reshape(zeros({0, 3}), {-1, 3}).shape() == Shape{0, 3});
  CHECK(reshape(zeros({0, 3}), {5, -1}).shape() == Shape{5, 0});
  CHECK(reshape(zeros({0, 3}), {0, -1}).shape() == Shape{0, 0});
}

TEST_CASE("reshape: a view is a view again where strides can say it, else a copy") {
  const Tensor x = block();
  const Tensor rows = slice(x, 1, 0, 2);  // [2, 2, 4] with gaps between the blocks
  CHECK(shares(reshape(rows, {2, 8}), x));
  CHECK(values(reshape(rows, {2, 8})) == values(rows));
  CHECK(shares(reshape(rows, {2, 4, 2}), x));
  CHECK(!shares(reshape(rows, {16}), x));
  CHECK(values(reshape(rows, {16})) == values(rows));
  CHECK(values(reshape(rows, {4, 4})) == values(rows));
  const Tensor turned = transpose(x);  // [2, 4, 3]
  CHECK(shares(reshape(turned, {1, 2, 4, 3, 1}), x));
  CHECK(shares(reshape(turned, {2, 2, 2, 3}), x));
  CHECK(!shares(reshape(turned, {2, 12}), x));
  CHECK(values(reshape(turned, {2, 12})) == values(turned));
  const Tensor repeated = expand(full({1}, 5), {4, 6});
  CHECK(reshape(repeated, {2, 12}).strides() == Shape{0, 0});
  CHECK(values(reshape(repeated, {2, 12})) == Floats(24, 5));
}

TEST_CASE("reshape: another number of elements is an error") {
  CHECK_THROWS_WITH_AS(reshape(block(), {5, 5}),
                       "reshape: [2, 3, 4] has 24 elements, [5, 5] has room for 25; try one length "
                       "of -1",
                       ShapeError);
  CHECK_THROWS_WITH_AS(reshape(block(), {5, -1}),
                       "reshape: no length for the -1 in [5, -1] makes room for the 24 elements of "
                       "[2, 3, 4]; the others must divide them, try another shape",
                       ShapeError);
  CHECK_THROWS_WITH_AS(reshape(block(), {0, -1}),
                       "reshape: no length for the -1 in [0, -1] makes room for the 24 elements of "
                       "[2, 3, 4]; the others must divide them, try another shape",
                       ShapeError);
  CHECK_THROWS_WITH_AS(reshape(block(), {-1, -1}),
                       "reshape: [-1, -1] leaves two lengths open; try -1 for one of them alone",
                       ShapeError);
  CHECK_THROWS_WITH_AS(reshape(block(), {-2, 12}),
                       "reshape: [-2, 12] has a negative length; try 0 or more", ShapeError);
  const std::int64_t large = std::int64_t{1} << 32;
  CHECK_THROWS_WITH_AS(
      reshape(block(), {large, large}),
      "reshape: [4294967296, 4294967296] has more elements than memory can hold; try a smaller one",
      ShapeError);
}

TEST_CASE("transpose: two axes change places, without arguments the last two") {
  const Tensor x = block(), y = transpose(x);
  CHECK(shares(y, x));
  CHECK(y.shape() == Shape{2, 4, 3});
  CHECK(values(slice(slice(y, 0, 0, 1), 1, 0, 2)) == Floats{0, 4, 8, 1, 5, 9});
  const Tensor z = transpose(x, 0, -1);
  CHECK(z.shape() == Shape{4, 3, 2});
  CHECK(values(z)[1] == 12);
  CHECK(same_bits(transpose(z, 2, 0), x));
  CHECK_THROWS_WITH_AS(transpose(x, 0, 3),
                       "transpose: axis 3 does not exist in a tensor of rank 3; try -3 to 2",
                       ShapeError);
  CHECK(transpose(full({}, 2), 0, -1).item() == 2);
  CHECK(transpose(full({}, 2), 0, -1).shape() == Shape{});
  CHECK_THROWS_WITH_AS(transpose(zeros({3})),
                       "transpose: axis -2 does not exist in a tensor of rank 1; try -1 to 0",
                       ShapeError);
}

TEST_CASE("permute: axis i of the result is axis order[i]") {
  const Tensor x = block(), y = permute(x, {2, 0, 1});
  CHECK(shares(y, x));
  CHECK(y.shape() == Shape{4, 2, 3});
  CHECK(y.strides() == Shape{1, 12, 4});
  CHECK(same_bits(permute(x, {-1, 0, -2}), y));
  CHECK(permute(full({}, 1), {}).item() == 1);
  CHECK_THROWS_WITH_AS(permute(x, {0, 1}),
                       "permute: order [0, 1] must name each axis of [2, 3, 4] once", ShapeError);
  CHECK_THROWS_WITH_AS(permute(x, {0, 1, -2}),
                       "permute: order [0, 1, -2] names axis 1 twice; each must come once",
                       ShapeError);
  CHECK_THROWS_WITH_AS(permute(x, {0, 1, 5}),
                       "permute: axis 5 does not exist in a tensor of rank 3; try -3 to 2",
                       ShapeError);
}

TEST_CASE("slice: from start to before stop in steps, as Python counts") {
  const Tensor x = arange(0, 10);
  CHECK(shares(slice(x, 0, 2, 5), x));
  CHECK(values(slice(x, 0, 2, 5)) == Floats{2, 3, 4});
  CHECK(values(slice(x, 0, 1, 10, 4)) == Floats{1, 5, 9});
  CHECK(values(slice(x, 0, 1, 9, 4)) == Floats{1, 5});
  CHECK(values(slice(x, 0, -3, -1)) == Floats{7, 8});
  CHECK(values(slice(x, -1, -100, 2)) == Floats{0, 1});
  CHECK(values(slice(x, 0, 8, 100)) == Floats{8, 9});
  CHECK(values(slice(x, 0, -2)) == Floats{8, 9});
  CHECK(values(slice(x, 0, 1, the_end, 3)) == Floats{1, 4, 7});
  CHECK(slice(x, 0, 5, 5).shape() == Shape{0});
  CHECK(slice(x, 0, 6, 2).shape() == Shape{0});
  CHECK(slice(x, 0, 10, 20).shape() == Shape{0});
  CHECK(values(slice(slice(x, 0, 1, 10, 2), 0, 1, 5, 3)) == Floats{3, 9});
  const std::int64_t max = 0x7fffffffffffffff;
  CHECK(values(slice(x, 0, 3, max, max)) == Floats{3});
  CHECK(values(slice(x, 0, -max - 1, max, 6)) == Floats{0, 6});
  CHECK(slice(zeros({0}), 0, 0, 5, max).shape() == Shape{0});
  CHECK(values(slice(block(), 1, 2, 3)) == Floats{8, 9, 10, 11, 20, 21, 22, 23});
}

TEST_CASE("slice: a step below 1 and a missing axis are errors") {
  CHECK_THROWS_WITH_AS(slice(block(), 0, 0, 2, 0), "slice: step 0; try 1 or more", ShapeError);
  CHECK_THROWS_WITH_AS(slice(block(), 0, 2, 0, -1), "slice: step -1; try 1 or more", ShapeError);
  CHECK_THROWS_WITH_AS(slice(block(), 3, 0, 1),
                       "slice: axis 3 does not exist in a tensor of rank 3; try -3 to 2",
                       ShapeError);
  CHECK_THROWS_WITH_AS(slice(full({}, 1), 0, 0, 1),
                       "slice: axis 0 of a scalar, which has no axes; try unsqueeze", ShapeError);
}

TEST_CASE("expand: lengths of 1 and missing leading axes repeat, without a copy") {
  const Tensor x = from_vector<float>({1, 2, 3}, {3, 1}), y = expand(x, {2, 3, 2});
  CHECK(shares(y, x));
  CHECK(y.strides() == Shape{0, 1, 0});
  CHECK(values(y) == Floats{1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 3, 3});
  CHECK(values(expand(full({}, 4), {3})) == Floats{4, 4, 4});
  CHECK(expand(x, {3, 0}).shape() == Shape{3, 0});
  CHECK(expand(x, {-1, 4}).shape() == Shape{3, 4});  // -1: as it is
  CHECK(expand(x, {2, -1, -1}).shape() == Shape{2, 3, 1});
  CHECK(same_bits(expand(x, {3, 1}), x));
  CHECK(expand(full({}, 1), {std::int64_t{1} << 40}).shape() == Shape{std::int64_t{1} << 40});
}

TEST_CASE("expand: what does not repeat to the shape is an error") {
  const Tensor x = zeros({3, 1});
  CHECK_THROWS_WITH_AS(
      expand(x, {2, 4}),
      "expand: [3, 1] does not repeat to [2, 4]: aligned at the last axis, lengths "
      "must be equal or 1; try reshape or unsqueeze",
      ShapeError);
  CHECK_THROWS_WITH_AS(expand(x, {3}),
                       "expand: [3, 1] does not repeat to [3]: aligned at the last axis, lengths "
                       "must be equal or 1; try reshape or unsqueeze",
                       ShapeError);
  CHECK_THROWS_WITH_AS(expand(x, {3, -2}), "expand: [3, -2] has a negative length; try 0 or more",
                       ShapeError);
  CHECK_THROWS_WITH_AS(
      expand(x, {-1, 3, 1}),
      "expand: [-1, 3, 1] keeps a length with -1 that [3, 1] does not have; try its number",
      ShapeError);
  const std::int64_t large = std::int64_t{1} << 40;
  CHECK_THROWS_WITH_AS(expand(full({1, 1}, 1), {large, large}),
                       "expand: [1099511627776, 1099511627776] has more elements than memory can "
                       "hold; try a smaller one",
                       ShapeError);
}

TEST_CASE("squeeze and unsqueeze: drop and add an axis of length 1") {
  const Tensor x = reshape(arange(0, 6), {2, 1, 3});
  CHECK(shares(squeeze(x, 1), x));
  CHECK(squeeze(x, 1).shape() == Shape{2, 3});
  CHECK(squeeze(x, -2).shape() == Shape{2, 3});
  CHECK(shares(unsqueeze(x, 0), x));
  CHECK(unsqueeze(x, 0).shape() == Shape{1, 2, 1, 3});
  CHECK(unsqueeze(x, 3).shape() == Shape{2, 1, 3, 1});
  CHECK(unsqueeze(x, -1).shape() == Shape{2, 1, 3, 1});
  CHECK(values(unsqueeze(transpose(squeeze(x, 1)), 1)) == Floats{0, 3, 1, 4, 2, 5});
  CHECK(unsqueeze(full({}, 1), 0).shape() == Shape{1});
}

TEST_CASE("squeeze and unsqueeze: another length, a missing axis and a seventh are errors") {
  const Tensor x = zeros({2, 1, 3});
  CHECK_THROWS_WITH_AS(
      squeeze(x, 2),
      "squeeze: axis 2 of [2, 1, 3] has length 3; only a length of 1 can go, try slice first",
      ShapeError);
  CHECK_THROWS_WITH_AS(squeeze(x, 3),
                       "squeeze: axis 3 does not exist in a tensor of rank 3; try -3 to 2",
                       ShapeError);
  CHECK_THROWS_WITH_AS(unsqueeze(x, 4),
                       "unsqueeze: axis 4 does not exist in a tensor of rank 4; try -4 to 3",
                       ShapeError);
  CHECK_THROWS_WITH_AS(
      unsqueeze(zeros({1, 1, 1, 1, 1, 1}), 0),
      "shape: a tensor has at most 6 axes, and this asks for one more; try reshape "
      "to join some",
      ShapeError);
}

TEST_CASE("views: of views of views show the elements they say") {
  const Tensor x = reshape(arange(0, 120), {2, 3, 4, 5});
  const Tensor y = slice(permute(slice(x, 2, 1, 4, 2), {3, 0, 2, 1}), 0, 1, 5, 3);  // [2, 2, 2, 3]
  REQUIRE(y.shape() == Shape{2, 2, 2, 3});
  const Floats found = values(y);
  std::size_t i = 0;
  for (int d : {1, 4})
    for (int a : {0, 1})
      for (int c : {1, 3})
        for (int b : {0, 1, 2})
          CHECK(found[i++] == static_cast<float>(((a * 3 + b) * 4 + c) * 5 + d));
  CHECK(values(y * 1) == found);  // and so does a loop over them
}
