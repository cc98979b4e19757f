#include <doctest/doctest.h>

#include <cmath>
#include <nn/start.hpp>
#include <tensor/compare.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>
#include <tensor/views.hpp>
#include <tests/support.hpp>

using namespace ebb;

namespace {

Tensor begun(const nn::Start& start, const Shape& shape, DType dtype = DType::float32) {
  return nn::first_numbers(start, "weight", shape, Random{7}, dtype);
}

}  // namespace

TEST_CASE("start: uniform numbers fill their bounds, normal ones have their deviation") {
  for (const DType dtype : {DType::float32, DType::float64}) {
    const Tensor even = begun(nn::uniform(0.25), {100, 100}, dtype),
                 bell = begun(nn::normal(0.5), {100, 100}, dtype);
    CHECK(even.dtype() == dtype);
    CHECK(amin(even).item() >= -0.25);
    CHECK(amin(even).item() < -0.2499);
    CHECK(amax(even).item() <= 0.25);
    CHECK(var(even).item() == doctest::Approx(0.25 * 0.25 / 3).epsilon(0.03));
    CHECK(std::abs(mean(bell).item()) < 0.02);
    CHECK(var(bell).item() == doctest::Approx(0.25).epsilon(0.05));
  }
}

TEST_CASE("start: constants, and no start, are the number itself, a zero never negative") {
  CHECK(begun(nn::constant(-1.5), {2}).to_vector<float>() == std::vector<float>{-1.5f, -1.5f});
  CHECK(begun(nn::constant(3), {}, DType::int32).item() == 3);
  for (const nn::Start& start : {nn::Start{}, nn::uniform(0), nn::normal(0), nn::constant(0)})
    for (const float zero : begun(start, {50}).to_vector<float>()) {
      CHECK(zero == 0);
      CHECK_FALSE(std::signbit(zero));
    }
}

TEST_CASE("start: Kaiming's and Xavier's scales follow from the inputs and outputs") {
  const auto largest = [](const nn::Start& start, const Shape& shape) {
    return amax(abs(begun(start, shape))).item();
  };
  const auto deviation = [](const nn::Start& start, const Shape& shape) {
    return std::sqrt(var(begun(start, shape)).item());
  };
  // [out 60, in 30, 3, 3]: 270 inputs, 540 outputs
  const Shape kernel = {60, 30, 3, 3};
  CHECK(largest(nn::kaiming_uniform(1), kernel) == doctest::Approx(0.105409).epsilon(1e-3));
  CHECK(deviation(nn::kaiming_normal(2), kernel) == doctest::Approx(0.121716).epsilon(0.03));
  CHECK(largest(nn::xavier_uniform(), kernel) == doctest::Approx(0.0860663).epsilon(1e-3));
  CHECK(deviation(nn::xavier_normal(3), kernel) == doctest::Approx(0.149071).epsilon(0.03));
  CHECK(begun(nn::kaiming_uniform(1), {3, 0}).shape() == Shape{3, 0});
  CHECK(message_of<ShapeError>([&] { return begun(nn::xavier_uniform(), {3}); }) ==
        "xavier_uniform: [3] has no inputs and outputs; try uniform or normal");
}

TEST_CASE("start: a function of the user's gets numbers of its own memory") {
  const Tensor mine = from_vector<float>({1, 2, 3, 4}, {2, 2});
  const Tensor made = begun([&](const Shape&, Random&, DType) { return transpose(mine); }, {2, 2});
  CHECK(made.to_vector<float>() == std::vector<float>{1, 3, 2, 4});
  CHECK(made.is_contiguous());
  const Tensor same = begun([&](const Shape&, Random&, DType) { return mine; }, {2, 2});
  CHECK(equal(same, mine));
  CHECK(same.storage() != mine.storage());
}

TEST_CASE("start: what it makes must fit, and its scale be a number") {
  const auto ignores = [](const Shape&, Random&, DType) { return ones({3}); };
  CHECK(message_of<ShapeError>([&] { return begun(ignores, {2}); }) ==
        "weight: its start made [3] of the shape [2]; make a tensor of the shape it is given");
  CHECK(message_of<DTypeError>([&] { return begun(ignores, {3}, DType::float64); }) ==
        "weight: its start made float32, asked for float64; try cast");
  CHECK(message_of([] { return nn::uniform(-1); }) ==
        "uniform: a bound of -1; it must be finite and at least 0");
  CHECK(message_of([] { return nn::normal(NAN); }) ==
        "normal: a deviation of nan; it must be finite and at least 0");
  CHECK(message_of([] { return nn::kaiming_normal(INFINITY); }) ==
        "kaiming_normal: a gain of inf; it must be finite and at least 0");
}
