#include <autograd/elementwise.hpp>
#include <autograd/gradients.hpp>
#include <autograd/reduce.hpp>
#include <nn/layers/positions.hpp>
#include <tensor/parts.hpp>
#include <tests/nn/layers/waves.hpp>
#include <tests/support.hpp>

using namespace ebb;
using nn::LearnedPositions, nn::SinusoidalPositions;

TEST_CASE("positions: sines and cosines in turn, slower from pair to pair") {
  for (const std::int64_t width : {1, 4, 5}) {
    const Tensor rows = nn::sinusoidal_positions(7, width, DType::float64);
    std::vector<double> expected;
    for (int t = 0; t < 7; ++t)
      for (std::int64_t i = 0; i < width; ++i) {
        const double angle =
            t / std::pow(10000, static_cast<double>(i / 2 * 2) / static_cast<double>(width));
        expected.push_back(i % 2 == 0 ? std::sin(angle) : std::cos(angle));
      }
    CHECK(rows.shape() == Shape{7, width});
    CHECK(near(rows, expected, 16));
  }
  CHECK(nn::sinusoidal_positions(2, 2).dtype() == DType::float32);
  CHECK(nn::sinusoidal_positions(0, 4).shape() == Shape{0, 4});
}

TEST_CASE("positions: they are added along the steps, wherever that axis stands") {
  const Tensor rows = nn::sinusoidal_positions(3, 4);
  const Tensor steps_first = SinusoidalPositions{}(zeros({3, 2, 4})).value();
  const Tensor batch_first = SinusoidalPositions{{.batch_first = true}}(zeros({2, 3, 4})).value();
  for (int example = 0; example < 2; ++example) {
    CHECK(same_bits(batch_first[example], rows));
    CHECK(same_bits(transpose(steps_first, 0, 1)[example], rows));
  }
  CHECK(same_bits(SinusoidalPositions{}(zeros({3, 4})).value(), rows));
}

TEST_CASE("positions: learned ones are the first rows of a weight") {
  LearnedPositions positions{6, 4, {.batch_first = true}};
  initialize(positions);
  const Tensor y = positions(zeros({2, 3, 4})).value();
  CHECK(y[1].to_vector<float>() == slice(positions.weight.value(), 0, 0, 3).to_vector<float>());
  const Gradients all = backward(sum(positions(zeros({2, 3, 4}))));
  CHECK(all[positions.weight][2].to_vector<float>() == std::vector<float>(4, 2));
  CHECK(all[positions.weight][3].to_vector<float>() == std::vector<float>(4, 0));
  const Tensor behind = positions(zeros({2, 3, 4}), 3).value();
  CHECK(behind[1].to_vector<float>() == slice(positions.weight.value(), 0, 3).to_vector<float>());
  CHECK_THROWS_AS(positions(zeros({2, 3, 4}), 4), ShapeError);
  LearnedPositions many{100, 100};
  initialize(many);
  CHECK(std::sqrt(mean(square(many.weight.value())).item()) == doctest::Approx(0.02).epsilon(0.05));
  CHECK(message_of([&] {
          return positions(zeros({2, 7, 4}));
        }) == "positions: steps 0 to 7, learned are 6; try a shorter input");
  CHECK(message_of([&] { return positions(zeros({4})); }) ==
        "positions: input [4]; it must be [batch, steps, width] or [steps, width], try reshape");
}
