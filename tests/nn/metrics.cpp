#include <doctest/doctest.h>

#include <cmath>
#include <nn/metrics.hpp>
#include <tensor/makers.hpp>

using namespace ebb;

TEST_CASE("accuracy: the share of rows whose largest logit stands at the label") {
  const Tensor logits = from_vector<float>({{1, 3, 2}, {5, 4, 0}, {-1, -2, -0.5f}, {0, 0, -1}});
  CHECK(nn::accuracy(logits, from_vector({1, 0, 2, 0})) == 1);
  CHECK(nn::accuracy(logits, from_vector({1, 0, 2, 1})) == 0.75);
  CHECK(nn::accuracy(logits, from_vector({0, 1, 0, 1})) == 0);
  CHECK(nn::accuracy(leaf(logits), from_vector({1, 1, 1, 1})) == 0.25);
  CHECK(nn::accuracy(cast(logits, DType::float64), from_vector({1, 0, 1, 2})) == 0.5);
  CHECK(std::isnan(nn::accuracy(zeros({0, 3}), zeros({0}, DType::int32))));
}

TEST_CASE("accuracy: what does not fit is an error") {
  const Tensor logits = zeros({2, 3});
  CHECK_THROWS_WITH_AS(nn::accuracy(logits, from_vector({1, 2, 0})),
                       "accuracy: logits [2, 3] and labels [3]; they must be [n, classes] and [n], "
                       "try reshape or squeeze",
                       ShapeError);
  CHECK_THROWS_AS(nn::accuracy(logits, zeros({2, 1}, DType::int32)), ShapeError);
  CHECK_THROWS_AS(nn::accuracy(zeros({2}), zeros({2}, DType::int32)), ShapeError);
  CHECK_THROWS_WITH_AS(nn::accuracy(logits, zeros({2})),
                       "accuracy: labels are float32, not int32; try cast", DTypeError);
  CHECK_THROWS_WITH_AS(nn::accuracy(logits, from_vector({0, 3})),
                       "accuracy: label 3 of 3 classes; labels must count from 0", Error);
  CHECK_THROWS_WITH_AS(nn::accuracy(logits, from_vector({-1, 0})),
                       "accuracy: label -1 of 3 classes; labels must count from 0", Error);
}
