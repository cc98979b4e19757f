// Covers: tensor/tensor.cpp
#include <doctest/doctest.h>

#include <tensor/makers.hpp>

using namespace ebb;

namespace {

using Floats = std::vector<float>;
using Doubles = std::vector<double>;
using Ints = std::vector<std::int32_t>;

}  // namespace

TEST_CASE("arange: with one number, from 0 to before it") {
  CHECK(arange(3).to_vector<float>() == Floats{0, 1, 2});
  CHECK(arange(2.5).to_vector<float>() == Floats{0, 1, 2});
  CHECK(arange(0).shape() == Shape{0});
  CHECK(arange(3, DType::int32).to_vector<std::int32_t>() == Ints{0, 1, 2});
}

TEST_CASE("from_vector: the values choose the dtype, unless one is named") {
  const std::vector<float> values = {1, 2, 3};
  CHECK(from_vector({1.0, 2.0}).dtype() == DType::float64);
  CHECK(from_vector({1.f, 2.f}).dtype() == DType::float32);
  CHECK(from_vector({1, 2}).to_vector<std::int32_t>() == Ints{1, 2});
  CHECK(from_vector({1.0, 2.0, 3.0, 4.0}, {2, 2})[1].to_vector<double>() == Doubles{3, 4});
  CHECK(from_vector<float>({1, 2.5}).to_vector<float>() == Floats{1, 2.5f});
  CHECK(from_vector(values).dtype() == DType::float32);
  CHECK(from_vector(values, {3, 1}).shape() == Shape{3, 1});
  CHECK(from_vector<float>({values.begin(), values.end()}).to_vector<float>() == values);
}

TEST_CASE("from_vector: rows make a matrix") {
  CHECK(from_vector({{1, 2, 3}, {4, 5, 6}}).shape() == Shape{2, 3});
  CHECK(from_vector({{1, 2, 3}, {4, 5, 6}}).to_vector<std::int32_t>() == Ints{1, 2, 3, 4, 5, 6});
  CHECK(from_vector<float>({{1, 2.5f}, {3, 4}}).to_vector<float>() == Floats{1, 2.5f, 3, 4});
  CHECK(from_vector({{1.0}, {2.0}}).shape() == Shape{2, 1});
  CHECK(from_vector<double>({{1}, {2}}).shape() == Shape{2, 1});
  CHECK(from_vector({{1.0, 2.0}}).shape() == Shape{1, 2});
  CHECK(from_vector<float>({{}, {}}).shape() == Shape{2, 0});
  CHECK_THROWS_WITH_AS(from_vector({{1, 2, 3}, {4, 5}}),
                       "from_vector: row 1 has 2 values and row 0 has 3; give each row as many",
                       ShapeError);
}
