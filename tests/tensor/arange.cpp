// Where arange ends. The rest of it stands in tests/tensor/tensor.cpp.
#include <doctest/doctest.h>

#include <tests/tensor/support.hpp>

using namespace ebb;

namespace {

constexpr DType types[] = {DType::float32, DType::float64, DType::int32};

}  // namespace

TEST_CASE("arange: never comes to stop, however the quotient and the elements are rounded") {
  for (const DType dtype : types) {
    CHECK(arange(1, 1.3, 0.1, dtype).count() == 3);
    for (const double step : {0.1, 0.2, 0.3, 0.7, 1.1})
      for (int n = 1; n <= 50; ++n) {
        const double stop = 1 + n * step;
        for (const double sign : {1.0, -1.0}) {
          const Tensor x = arange(sign, sign * stop, sign * step, dtype);
          CHECK(x.count() >= n - 1);
          CHECK(x.count() <= n);
          for (const double value : doubles(x)) CHECK(sign * value < stop);
        }
      }
  }
  CHECK(arange(0, 1, 0.999999999999).count() == 1);  // in float32 the second would be 1
  CHECK(arange(0, 1, 0.999999999999, DType::float64).count() == 2);
  CHECK(arange(1 - 1e-12, 1, 1e-15).count() == 0);
}

TEST_CASE("arange: int32 holds every element or it is an error") {
  CHECK(arange(2147483645, 2147483648.0, 1, DType::int32).to_vector<std::int32_t>().back() ==
        2147483647);
  CHECK_THROWS_WITH_AS(arange(2147483645, 2147483649.0, 1, DType::int32),
                       "arange: int32 cannot hold 2147483648; try float64", Error);
  CHECK_THROWS_WITH_AS(arange(-2147483650.0, 0, 1 << 20, DType::int32),
                       "arange: int32 cannot hold -2147483650; try float64", Error);
}
