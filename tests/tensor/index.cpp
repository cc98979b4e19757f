// Covers: tensor/tensor.cpp
#include <doctest/doctest.h>

#include <tensor/makers.hpp>
#include <tensor/parts.hpp>
#include <tensor/views.hpp>

using namespace ebb;

namespace {

using Ints = std::vector<std::int32_t>;

}  // namespace

TEST_CASE("index: a view of one entry of the first axis, negative ones count from the end") {
  const Tensor x = reshape(arange(24, DType::int32), {2, 3, 4});
  CHECK(x[1].shape() == Shape{3, 4});
  CHECK(x[1].storage() == x.storage());
  CHECK(x[1][2].to_vector<std::int32_t>() == Ints{20, 21, 22, 23});
  CHECK(x[-1][-1][-1].item() == 23);
  CHECK(x[-2][0][1].item() == 1);
  CHECK(x[1][2][3].rank() == 0);
  CHECK(transpose(x)[1][3].to_vector<std::int32_t>() == Ints{15, 19, 23});
  CHECK(slice(x, 1, 1, 3)[0][0][0].item() == 4);
  CHECK(expand(full({1}, 7), {5})[4].item() == 7);
  CHECK(zeros({2, 0})[1].shape() == Shape{0});
}

TEST_CASE("index: what is not there is an error") {
  const Tensor x = zeros({3, 2});
  CHECK_THROWS_WITH_AS(x[5],
                       "index: 5 in an axis of 3, shape [3, 2]; count from 0, or from the end "
                       "with -1",
                       ShapeError);
  CHECK_THROWS_AS(x[3], ShapeError);
  CHECK_THROWS_AS(x[-4], ShapeError);
  CHECK_THROWS_AS(Tensor()[0], ShapeError);
  CHECK_THROWS_AS(zeros({0, 2})[-1], ShapeError);
  CHECK_THROWS_WITH_AS(x[0][0][0], "index: 0 of a scalar, which has no axes; try item", ShapeError);
}
