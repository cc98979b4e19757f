#include <doctest/doctest.h>

#include <tensor/elementwise.hpp>
#include <tensor/parts.hpp>
#include <tensor/random.hpp>
#include <tensor/views.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;

namespace {

using Floats = std::vector<float>;
using Integers = std::vector<std::int32_t>;

Tensor integers(const Integers& values, const Shape& shape) { return from_vector(values, shape); }

// Indices in [0, length), the same in each run.
Tensor some_indices(const Shape& shape, std::int64_t length) {
  Random random{3};
  return cast(rand(shape, random) * static_cast<double>(length), DType::int32);
}

}  // namespace

// Expected values here are PyTorch's.
TEST_CASE("gather: an index may be shorter than x along the other axes") {
  const Tensor x = reshape(arange(0, 12), {3, 4});
  CHECK(gather(x, 0, integers({2, 0, 1, 1}, {2, 2})).to_vector<float>() == Floats{8, 1, 4, 5});
  CHECK(gather(x, 1, integers({3, 3, 0, 0, 1, 2}, {1, 6})).to_vector<float>() ==
        Floats{3, 3, 0, 0, 1, 2});
  CHECK(gather(x, 1, zeros({0, 2}, DType::int32)).shape() == Shape{0, 2});
  CHECK(gather(x, 1, zeros({0}, DType::int32)).shape() == Shape{0});
  CHECK(index_select(full({}, 3), 0, zeros({1}, DType::int32)).item() == 3);
  CHECK(gather(full({}, 3), 0, integers({0, 0}, {2})).to_vector<float>() == Floats{3, 3});
  CHECK(gather(full({}, 3), -1, zeros({}, DType::int32)).shape() == Shape{});
  CHECK(gather(full({4}, 3), 0, zeros({}, DType::int32)).shape() == Shape{});
}

TEST_CASE("scatter_add: into a base, whose other elements stay") {
  const Tensor base = ones({3, 5}), x = reshape(arange(1, 11), {2, 5});
  const Tensor index = integers({0, 1, 2, 0, 0}, {1, 5});
  CHECK(scatter_add(base, 0, index, x).to_vector<float>() ==
        Floats{2, 1, 1, 5, 6, 1, 3, 1, 1, 1, 1, 1, 4, 1, 1});
  CHECK(scatter_add(base, 1, integers({0, 1, 2, 0, 1, 4}, {2, 3}), x).to_vector<float>() ==
        Floats{2, 3, 4, 1, 1, 7, 8, 1, 1, 9, 1, 1, 1, 1, 1});
  CHECK(scatter_add(full({}, 2), 0, zeros({}, DType::int32), full({}, 3)).item() == 5);
  CHECK(sum(base).item() == 15);
  CHECK_THROWS_AS(scatter_add(base, 0, integers({0}, {1}), x), ShapeError);
}

TEST_CASE("one_hot: a 1 at each index, int32, in as many classes as are asked for or seen") {
  CHECK(one_hot(integers({2, 0}, {2})).to_vector<std::int32_t>() == Integers{0, 0, 1, 1, 0, 0});
  CHECK(one_hot(integers({1}, {}), 2).to_vector<std::int32_t>() == Integers{0, 1});
  CHECK(one_hot(zeros({2, 3}, DType::int32), 4).shape() == Shape{2, 3, 4});
  CHECK(one_hot(zeros({0}, DType::int32), 4).shape() == Shape{0, 4});
  CHECK_THROWS_WITH_AS(
      one_hot(zeros({0}, DType::int32)),
      "one_hot: index [0] has no elements that tell the number of classes; give it", ShapeError);
  CHECK_THROWS_WITH_AS(one_hot(integers({4}, {1}), 4),
                       "one_hot: index 4 at place 0 is outside [0, 4); entries count from 0",
                       Error);
  CHECK_THROWS_AS(one_hot(integers({-1}, {1}), 4), Error);
  CHECK_THROWS_AS(one_hot(zeros({1})), DTypeError);
}

TEST_CASE("embedding: the entries that an index of any shape names") {
  const Tensor weight = reshape(arange(0, 6), {3, 2});
  const Tensor y = embedding(weight, integers({2, 0, 0, 1}, {2, 2}));
  CHECK(y.shape() == Shape{2, 2, 2});
  CHECK(y.to_vector<float>() == Floats{4, 5, 0, 1, 0, 1, 2, 3});
  CHECK(embedding(weight, integers({1}, {})).to_vector<float>() == Floats{2, 3});
  CHECK(embedding(weight, integers({2}, {1}), {.padding_index = -1}).to_vector<float>() ==
        Floats{4, 5});
  CHECK_THROWS_WITH_AS(embedding(zeros({3}), integers({0}, {1})),
                       "embedding: weight [3] is no table; it must be [entries, features], try "
                       "reshape",
                       ShapeError);
  CHECK_THROWS_WITH_AS(embedding(weight, integers({0}, {1}), {.padding_index = 3}),
                       "embedding: a padding index of 3 among 3 entries; try 0, or a negative one "
                       "from the end",
                       Error);
  CHECK_THROWS_WITH_AS(embedding(weight, zeros({1})),
                       "embedding: index is float32 [1]; it must be int32, try cast", DTypeError);
  CHECK_THROWS_AS(embedding(weight, integers({3}, {1})), Error);
}

TEST_CASE("index functions: the same bits on any number of threads, and whole numbers") {
  const Tensor list = some_indices({3000}, 50);
  for (const DType dtype : {DType::float32, DType::int32}) {
    Random random{1};
    const Tensor x = cast(10 * randn({3000, 256}, random), dtype);
    CHECK(same_on_any_number_of_threads([&] { return index_add(x, 0, list, 50); }));
    CHECK(same_on_any_number_of_threads([&] { return index_select(x, 0, list); }));
    CHECK(sum(index_add(x, 0, list, 50)).item() == doctest::Approx(sum(x).item()).epsilon(1e-5));
    const Tensor each = some_indices({3000, 256}, 200);
    for (const int axis : {0, 1}) {
      CHECK(same_on_any_number_of_threads([&] { return gather(x, axis, each); }));
      CHECK(same_on_any_number_of_threads([&] { return scatter_add(x, axis, each, 300); }));
    }
  }
}

TEST_CASE("index functions: int32 sums that do not fit are an error") {
  const Tensor large = full({2}, 2'000'000'000, DType::int32), index = integers({0, 0}, {2});
  CHECK_THROWS_AS(index_add(large, 0, index, 1), Error);
  CHECK_THROWS_AS(scatter_add(large, 0, index, 1), Error);
}
