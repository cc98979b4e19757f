#include <doctest/doctest.h>

#include <cmath>
#include <nn/data/corrupt.hpp>
#include <tensor/compare.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>

using namespace ebb;

TEST_CASE("corrupt: Gaussian noise has the deviation that was asked for, and a mean of 0") {
  Random random{1}, noise{2};
  const Tensor x = rand({200, 100}, random);
  const Tensor added = nn::corrupt(x, {.deviation = 0.3}, noise) - x;
  CHECK(std::abs(mean(added).item()) < 0.01);
  CHECK(mean(square(added)).item() == doctest::Approx(0.09).epsilon(0.03));
}

TEST_CASE("corrupt: so many elements become 0, the others stay") {
  Random noise{2};
  const Tensor x = full({200, 100}, 2);
  const Tensor masked = nn::corrupt(x, {.masked = 0.3}, noise);
  CHECK(mean(masked == 0).item() == doctest::Approx(0.3).epsilon(0.03));
  CHECK(mean((masked == 0) + (masked == 2)).item() == 1);
  CHECK(mean(nn::corrupt(x, {.masked = 1}, noise)).item() == 0);
}

TEST_CASE("corrupt: nothing to do draws nothing and returns the same; bad options are refused") {
  Random noise{2};
  const Tensor x = ones({3});
  CHECK(nn::corrupt(x, {}, noise).data<float>() == x.data<float>());
  CHECK(noise.position == 0);
  CHECK_THROWS_WITH_AS(nn::corrupt(x, {.deviation = -1}, noise),
                       "corrupt: a deviation of -1; it is 0 or more", Error);
  CHECK_THROWS_WITH_AS(nn::corrupt(x, {.masked = NAN}, noise),
                       "corrupt: nan of the elements are masked; it is from 0 to 1", Error);
}
