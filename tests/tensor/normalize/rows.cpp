// Covers: tensor/normalize/passes.hpp
// The rows of the table of array operations (tests/autograd/normalize.cpp) go through every pass.
#include <doctest/doctest.h>

#include <tensor/normalize/passes.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;

TEST_CASE("normalize rows: a group whose channels are long has the numbers of one of columns") {
  const Tensor x = number_tensor({3, 4, 80}, DType::float64);
  const Tensor weight = number_tensor({4}, DType::float64, 2),
               dy = number_tensor({3, 4, 80}, DType::float64, 3);
  detail::Normalization by_run = {{3, 4, 80, 2}, 0.1}, by_column = {{3, 320, 1, 2}, 0.1};
  const Tensor wide = detail::repeat_inner(weight, 80);
  const Tensor y = detail::normalize_rows(x, weight, weight, by_run);
  const Tensor same = detail::normalize_rows(x, wide, wide, by_column);
  for (std::size_t i = 0; i < 960; ++i) CHECK(std::abs(doubles(y)[i] - doubles(same)[i]) < 1e-12);
  const auto slopes = detail::normalize_rows_back(dy, x, weight, by_run);
  const auto others = detail::normalize_rows_back(dy, x, wide, by_column);
  for (std::size_t i = 0; i < 960; ++i)
    CHECK(std::abs(doubles(slopes.x)[i] - doubles(others.x)[i]) < 1e-12);
  CHECK(slopes.weight.shape() == Shape{4});
  CHECK(others.bias.shape() == Shape{320});
}
