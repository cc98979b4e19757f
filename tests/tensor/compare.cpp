#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <tensor/compare.hpp>
#include <tensor/views.hpp>

using namespace ebb;

TEST_CASE("equal: shape, dtype and every element") {
  const Tensor x = from_vector({{1.f, 2.f}, {3.f, 4.f}});
  CHECK(equal(x, from_vector({{1.f, 2.f}, {3.f, 4.f}})));
  CHECK(equal(transpose(x), from_vector({{1.f, 3.f}, {2.f, 4.f}})));
  for (int i = 0; i < 4; ++i) {
    Tensor y = clone(x);
    y.writable_data<float>()[i] += 1;
    CHECK_FALSE(equal(x, y));
    CHECK_FALSE(allclose(x, y));
  }
  CHECK_FALSE(equal(x, reshape(x, {4})));
  CHECK_FALSE(equal(x, expand(x, {1, 2, 2})));
  CHECK_FALSE(equal(x, cast(x, DType::float64)));
  CHECK(equal(from_vector({1, 2}), from_vector({1, 2})));
  CHECK_FALSE(equal(from_vector({2147483647}), from_vector({2147483646})));
  CHECK(equal(zeros({0, 3}), zeros({0, 3})));
  CHECK_FALSE(equal(zeros({0, 3}), zeros({0, 2})));
  CHECK(equal(Tensor(), Tensor()));
  CHECK_FALSE(equal(Tensor(), zeros({0})));
  CHECK_FALSE(equal(zeros({0}), Tensor()));
  CHECK(equal(full({}, 2), full({}, 2)));
}

TEST_CASE("equal: NaN equals nothing, -0 equals 0, denormals are numbers") {
  const Tensor broken = from_vector({NAN, 1.f});
  CHECK_FALSE(equal(broken, broken));
  CHECK(equal(from_vector({0.f}), from_vector({-0.f})));
  CHECK(equal(full({2}, INFINITY), full({2}, INFINITY)));
  CHECK_FALSE(equal(from_vector({0.f}), from_vector({std::numeric_limits<float>::denorm_min()})));
}

TEST_CASE("equal, allclose: axes along which both repeat are looked at once") {
  const Tensor many = expand(from_vector({1.f, 2.f}), {1'000'000'000, 2});
  CHECK(equal(many, many));
  CHECK(allclose(many, expand(from_vector({1.f, 2.f}), {1'000'000'000, 2})));
  CHECK_FALSE(allclose(many, expand(from_vector({1.f, 3.f}), {1'000'000'000, 2})));
  CHECK(equal(expand(full({1}, 2), {3, 5}), full({3, 5}, 2)));
  CHECK_FALSE(equal(expand(full({1}, 2), {5}), arange(5)));
}

TEST_CASE("allclose: |a - b| <= atol + rtol |b|") {
  const Tensor b = from_vector({100.0, -1.0, 0.0});
  const auto with = [&](double x, double y, double z, const Tolerance& tolerance) {
    return allclose(from_vector({x, y, z}), b, tolerance);
  };
  CHECK(with(100.0009, -1.000009, 1e-8, {}));
  CHECK_FALSE(with(100.0011, -1, 0, {}));
  CHECK_FALSE(with(100, -1.0000101, 0, {}));
  CHECK_FALSE(with(100, -1, 1.1e-8, {}));
  CHECK(with(109, -1.05, 0.01, {.rtol = 0.08, .atol = 1}));
  CHECK_FALSE(with(109.1, -1.05, 0.01, {.rtol = 0.08, .atol = 1}));
  CHECK(with(100, -1, 0, {.rtol = 0, .atol = 0}));
  // Relative to b, the second.
  CHECK(allclose(full({}, 1), full({}, 2), {.rtol = 0.5, .atol = 0}));
  CHECK_FALSE(allclose(full({}, 2), full({}, 1), {.rtol = 0.5, .atol = 0}));
}

TEST_CASE("allclose: NaN and infinities") {
  const Tensor nan = full({1}, NAN), infinite = full({1}, INFINITY), number = ones({1});
  CHECK_FALSE(allclose(nan, nan));
  CHECK(allclose(nan, nan, {.equal_nan = true}));
  CHECK_FALSE(allclose(nan, number, {.equal_nan = true}));
  CHECK_FALSE(allclose(number, nan, {.equal_nan = true}));
  CHECK(allclose(infinite, infinite));
  CHECK_FALSE(allclose(infinite, full({1}, -INFINITY)));
  CHECK_FALSE(allclose(number, infinite));
  CHECK_FALSE(allclose(infinite, number, {.rtol = 1, .atol = INFINITY}));
}

TEST_CASE("allclose: shapes broadcast, what does not fit is an error") {
  CHECK(allclose(ones({2, 3}), ones({3})));
  CHECK(allclose(ones({2, 1}), ones({})));
  CHECK(allclose(zeros({0}), ones({1})));
  CHECK(allclose(from_vector({100'000, 5}), from_vector({100'001, 5})));
  CHECK_THROWS_WITH_AS(allclose(ones({2}), ones({3})),
                       "allclose: shapes [2] and [3] do not broadcast: aligned at the last axis, "
                       "lengths must be equal or 1; try reshape or unsqueeze",
                       ShapeError);
  CHECK_THROWS_WITH_AS(allclose(ones({2}), ones({2}, DType::float64)),
                       "allclose: float32 and float64; try cast", DTypeError);
  CHECK_THROWS_WITH_AS(allclose(ones({2}), ones({2}), {.rtol = -1}),
                       "allclose: rtol -1 and atol 1e-08; try numbers from 0 on", Error);
  CHECK_THROWS_WITH_AS(allclose(ones({2}), ones({2}), {.atol = NAN}),
                       "allclose: rtol 1e-05 and atol nan; try numbers from 0 on", Error);
}
