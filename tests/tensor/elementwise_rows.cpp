// Covers: tensor/elementwise.cpp
#include <doctest/doctest.h>

#include <cmath>
#include <tensor/elementwise.hpp>
#include <tensor/parts.hpp>
#include <tensor/views.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;

// Rows that are taken as one, with a rest, and rows that are not: inputs that repeat in each way
// give the bits that their gapless copies give.
TEST_CASE("elementwise: rows of every length and number meet inputs that repeat or stride") {
  int wrong = 0;
  for (const std::int64_t n : {1, 2, 3, 7, 15, 16, 17, 31, 64, 100, 256, 257, 511, 512, 513})
    for (const std::int64_t rows : {1, 2, 3, 35, 150}) {
      const Shape shape = {2, rows, n};
      const Tensor x = number_tensor(shape, DType::float32);
      for (const Tensor& other :
           {number_tensor({n}, DType::float32), number_tensor({rows, 1}, DType::float32),
            number_tensor({rows, n}, DType::float32), number_tensor({2, 1, n}, DType::float32),
            number_tensor({2, 1, 1}, DType::float32),
            transpose(number_tensor({n, rows}, DType::float32)),
            slice(number_tensor({2 * n}, DType::float32), 0, 0, 2 * n, 2)}) {
        const Tensor gapless = contiguous(expand(other, shape));
        wrong += !same_bits(x - other, x - gapless);
        wrong += !same_bits(where(other > 1, x, other), where(gapless > 1, x, gapless));
      }
    }
  CHECK(wrong == 0);
}

// Long rows are cut into stretches, and with NaNs on both sides it shows which of them comes first.
TEST_CASE("elementwise: long rows give the same on any number of threads, NaNs of each sign too") {
  const std::int64_t n = 50'001;
  const double nan = std::nan("");
  const auto with_nans = [nan](const Shape& shape, double sign) {
    const Tensor x = number_tensor(shape, DType::float32);
    return where(abs(x) < 0.2, std::copysign(nan, sign), x);
  };
  const Tensor x = with_nans({3, n}, 1);
  for (const Tensor& other :
       {with_nans({n}, -1), with_nans({3, 1}, -1), with_nans({3, n}, -1),
        slice(with_nans({3, 2 * n}, -1), 1, 0, 2 * n, 2), transpose(with_nans({n, 3}, -1))}) {
    CHECK(same_on_any_number_of_threads([&] { return x * other; }));
    CHECK(same_on_any_number_of_threads([&] { return other + x; }));
    const Tensor gapless = contiguous(expand(other, x.shape()));
    CHECK(same_bits(x * other, x * gapless));
    CHECK(same_bits(other + x, gapless + x));
  }
}
