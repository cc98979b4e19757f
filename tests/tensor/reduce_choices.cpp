// Reductions that choose, that count, and norms.
#include <doctest/doctest.h>

#include <tensor/elementwise.hpp>
#include <tensor/parts.hpp>
#include <tensor/views.hpp>
#include <tests/tensor/by_hand.hpp>

using namespace ebb;

TEST_CASE("reductions: a scalar counts as one with an axis") {
  const Tensor x = full({}, 3);
  CHECK(sum(x, 0).item() == 3);
  CHECK(sum(x, -1, true).shape() == Shape{});
  CHECK(argmax(x, 0).item() == 0);
  CHECK(amax(x, -1).item() == 3);
  CHECK(softmax(x, 0).item() == 1);
}

TEST_CASE("argmax, argmin: the first of the smallest, and places among all elements") {
  const Tensor x = from_vector<float>({1, 5, 5, 0, -1, -3, -1, -3}, {2, 4});
  CHECK(doubles(argmin(x, 1)) == Doubles{3, 1});
  CHECK(doubles(argmin(cast(x, DType::int32), 1)) == Doubles{3, 1});
  CHECK(doubles(argmin(transpose(x), -1, true)) == Doubles{1, 1, 1, 1});
  CHECK(argmin(x).item() == 5);
  CHECK(argmax(x).item() == 1);
  CHECK(argmax(transpose(x)).item() == 2);
  CHECK(doubles(argmin(from_vector<double>({3, NAN, -9, NAN}), 0)) == Doubles{1});
  CHECK(doubles(argmin(full({3}, INFINITY), 0)) == Doubles{0});
  CHECK_THROWS_WITH_AS(argmin(zeros({0})),
                       "argmin: [0] has no elements to choose from; it needs at least one",
                       ShapeError);
}

TEST_CASE("any, all: what is not 0, NaN too, in every dtype") {
  const Tensor x = from_vector<double>({0, 2, NAN, 0, 0, -0.0}, {3, 2});
  for (const DType dtype : {DType::float32, DType::float64, DType::int32}) {
    const Tensor mask = cast(dtype == DType::int32 ? where(x == x, x, 7.0) : x, dtype);
    CHECK(any(mask, 1).dtype() == dtype);
    CHECK(doubles(any(mask, 1)) == Doubles{1, 1, 0});
    CHECK(doubles(any(mask, 0, true)) == Doubles{1, 1});
    CHECK(doubles(all(mask, 1)) == Doubles{0, 0, 0});
    CHECK(doubles(all(slice(mask, 0, 0, 1), 0)) == Doubles{0, 1});
    CHECK(any(mask).item() == 1);
    CHECK(all(mask).item() == 0);
    CHECK(any(zeros({0, 2}, dtype)).item() == 0);
    CHECK(all(zeros({0, 2}, dtype)).item() == 1);
    CHECK(doubles(all(zeros({0, 2}, dtype), 0)) == Doubles{1, 1});
  }
}

// PyTorch's numbers.
TEST_CASE("norm, std: of vectors, for every p") {
  const Tensor x = from_vector<double>({3, 0, -4, 1});
  const std::pair<double, double> norms[] = {{0, 3},
                                             {0.5, 22.392304845413257},
                                             {1, 8},
                                             {1.5, 5.862917311846354},
                                             {2, 5.0990195135927845},
                                             {3, 4.514357435474001},
                                             {INFINITY, 4},
                                             {-INFINITY, 0}};
  for (const auto& [p, expected] : norms) {
    CHECK(norm(x, p).item() == doctest::Approx(expected).epsilon(1e-14));
    CHECK(norm(cast(x, DType::float32), p).item() == doctest::Approx(expected).epsilon(1e-6));
    CHECK(norm(reshape(x, {1, 4}), p, 1, true).shape() == Shape{1, 1});
  }
  CHECK(norm(x).item() == norm(x, 2).item());
  CHECK(norm(zeros({2, 0}), 2, 1).shape() == Shape{2});
  CHECK(ebb::std(x).item() == doctest::Approx(2.943920288775949).epsilon(1e-14));
  CHECK(ebb::std(full({3}, 2), 0, 0).item() == 0);
  CHECK_THROWS_WITH_AS(norm(x, NAN), "norm: a p of nan; try 2, or an infinity", Error);
  CHECK_THROWS_WITH_AS(norm(zeros({2}, DType::int32)), "norm: int32 [2]; try cast to float32",
                       DTypeError);
}
