#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <tensor/elementwise.hpp>
#include <tensor/parts.hpp>
#include <tensor/sort.hpp>
#include <tensor/views.hpp>
#include <tests/support.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;

namespace {

using Integers = std::vector<std::int32_t>;

// Where the elements of a list stood, by a stable sort of the standard library.
Integers places_by_hand(const std::vector<double>& x, bool descending) {
  Integers order(x.size());
  std::iota(order.begin(), order.end(), 0);
  const auto before = [&](std::int32_t a, std::int32_t b) {
    const double left = x[static_cast<std::size_t>(descending ? b : a)];
    const double right = x[static_cast<std::size_t>(descending ? a : b)];
    return std::isnan(right) ? !std::isnan(left) : left < right;
  };
  std::stable_sort(order.begin(), order.end(), before);
  return order;
}

}  // namespace

TEST_CASE("sort: every dtype, both ways, equals in their order") {
  for (const DType dtype : {DType::float32, DType::float64, DType::int32})
    for (const std::int64_t n : {0, 1, 2, 7, 64, 1000})
      for (const bool descending : {false, true}) {
        CAPTURE(text(dtype, ' ', n, descending));
        Tensor x = cast(number_tensor({n}, DType::float64) * 30, DType::int32);  // with equals
        x = cast(x, dtype);
        const auto [values, indices] = sort(x, 0, descending);
        CHECK(indices.to_vector<std::int32_t>() == places_by_hand(doubles(x), descending));
        CHECK(same_bits(values, index_select(x, 0, indices)));
        CHECK(same_bits(argsort(x, 0, descending), indices));
      }
}

TEST_CASE("sort: NaN is the largest, and zeros of both signs are equal") {
  for (const DType dtype : {DType::float32, DType::float64}) {
    const Tensor x =
        cast(from_vector<double>({3, NAN, -0.0, 0, INFINITY, -INFINITY, -2, -NAN}), dtype);
    for (const bool descending : {false, true})
      CHECK(argsort(x, 0, descending).to_vector<std::int32_t>() ==
            places_by_hand(doubles(x), descending));
    CHECK(std::signbit(doubles(sort(x).values)[2]));
  }
  const Tensor ends = from_vector({0, 2147483647, -2147483647 - 1});
  CHECK(sort(ends).values.to_vector<std::int32_t>() == Integers{-2147483647 - 1, 0, 2147483647});
}

TEST_CASE("sort, topk: along any axis, of any layout") {
  const Tensor x = from_vector<float>({3, 1, 2, 0, 5, 4}, {2, 3});
  CHECK(sort(x).indices.to_vector<std::int32_t>() == Integers{1, 2, 0, 0, 2, 1});
  CHECK(sort(x, 0).indices.to_vector<std::int32_t>() == Integers{1, 0, 0, 0, 1, 1});
  CHECK(sort(transpose(x), 0).values.to_vector<float>() == std::vector<float>{1, 0, 2, 4, 3, 5});
  CHECK(topk(x, 2).values.to_vector<float>() == std::vector<float>{3, 2, 5, 4});
  CHECK(topk(x, 1, 0, false).indices.to_vector<std::int32_t>() == Integers{1, 0, 0});
  CHECK(topk(x, 0).values.shape() == Shape{2, 0});
  CHECK(sort(full({}, 3)).values.item() == 3);
  CHECK(topk(full({}, 3), 1).indices.shape() == Shape{});
  CHECK(sort(zeros({0, 3}), 1).indices.shape() == Shape{0, 3});
  CHECK(sort(zeros({3, 0}), 0).indices.shape() == Shape{3, 0});
}

TEST_CASE("topk: the beginning of what sort gives, for every k") {
  for (const DType dtype : {DType::float32, DType::float64, DType::int32}) {
    const Tensor x = cast(number_tensor({2, 500}, DType::float64) * 100, dtype);
    for (const bool largest : {false, true}) {
      const Sorted all = sort(x, -1, largest);
      for (const std::int64_t k : {1, 2, 5, 7, 8, 100, 499, 500}) {
        const Sorted some = topk(x, k, -1, largest);
        CHECK(same_bits(some.values, slice(all.values, 1, 0, k)));
        CHECK(same_bits(some.indices, slice(all.indices, 1, 0, k)));
      }
    }
  }
}

TEST_CASE("sort, topk: what does not fit is refused") {
  CHECK(message_of<ShapeError>([] {
          return topk(zeros({2, 3}), 4);
        }) == "topk: 4 of 3 elements along axis 1 of [2, 3]; try from 0 to 3");
  CHECK_THROWS_AS(topk(zeros({3}), -1), ShapeError);
  CHECK(message_of<ShapeError>([] { return sort(zeros({3}), 1); }) ==
        "sort: axis 1 does not exist in a tensor of rank 1; try -1 to 0");
  const std::int64_t too_many = (std::int64_t{1} << 31) + 1;
  CHECK(message_of([&] { return sort(expand(ones({1}), {too_many})); }) ==
        "sort: 2147483649 elements have places that int32 cannot hold; try slices");
}

TEST_CASE("sort: the same bits on any number of threads") {
  const Tensor x = number_tensor({100, 300}, DType::float32);
  CHECK(same_on_any_number_of_threads([&] { return sort(x, 0).values; }));
  CHECK(same_on_any_number_of_threads([&] { return topk(x, 20).indices; }));
}
