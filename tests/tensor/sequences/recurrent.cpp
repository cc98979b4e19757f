// Covers: tensor/sequences/recurrent_back.cpp, tensor/sequences/passage.hpp
// Values and derivatives are checked in tests/autograd/sequences/recurrent.cpp.
#include <doctest/doctest.h>

#include <tensor/random.hpp>
#include <tensor/sequences/recurrent.hpp>
#include <tensor/views.hpp>
#include <tests/support.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;

namespace {

// Weights of 0: each step halves the state, r = z = 1/2 and n = 0; σ(0) c + σ(0) 0 for an LSTM.
Tensor halved(const Tensor& x, const RecurrentOptions& options = {}) {
  return gru(x, ones({x.size(1), 1}), zeros({3, 2}), zeros({3, 1}), zeros({3}), zeros({3}),
             options);
}

}  // namespace

TEST_CASE("gru: without weights a state is halved in each step that an example has") {
  const Tensor x = zeros({3, 2, 2});
  CHECK(halved(x).to_vector<float>() == std::vector<float>{1, 1, .5, .5, .25, .25, .125, .125});
  CHECK(halved(x, {.reverse = true}).to_vector<float>() ==
        std::vector<float>{.125, .125, .25, .25, .5, .5, 1, 1});
  CHECK(halved(x, {.lengths = from_vector({1, 3})}).to_vector<float>() ==
        std::vector<float>{1, 1, .5, .5, .5, .25, .5, .125});
  CHECK(halved(x, {.reverse = true, .lengths = from_vector({1, 3})}).to_vector<float>() ==
        std::vector<float>{.5, .125, 1, .25, 1, .5, 1, 1});
}

TEST_CASE("lstm: without weights the cell is halved, and the state is half its tanh") {
  const Tensor y = lstm(zeros({1, 1, 2}), ones({1, 1}), ones({1, 1}), zeros({4, 2}), zeros({4, 1}),
                        zeros({4}), zeros({4}));
  CHECK(y.shape() == Shape{2, 2, 1, 1});
  CHECK(y[0][0].item() == 1);
  CHECK(y[1][1].item() == 0.5);
  CHECK(y[0][1].item() == doctest::Approx(0.231058578630005));  // tanh(1/2) / 2
}

TEST_CASE("gru, lstm: operands that do not fit are refused by name") {
  const Tensor x = zeros({3, 2, 5}), h = zeros({2, 4}), b3 = zeros({12}), b4 = zeros({16});
  const Tensor ih3 = zeros({12, 5}), hh3 = zeros({12, 4}), ih4 = zeros({16, 5}),
               hh4 = zeros({16, 4});
  CHECK(message_of<ShapeError>([&] {
          return gru(zeros({3, 5}), h, ih3, hh3, b3, b3);
        }) ==
        "gru: input [3, 5] and hidden weights [12, 4]; they must be [steps, batch, in] and [gates, "
        "hidden], try unsqueeze");
  CHECK(
      message_of<ShapeError>([&] {
        return gru(x, zeros({3, 4}), ih3, hh3, b3, b3);
      }) ==
      "gru: initial state [3, 4] must be [2, 4]; try the shapes that the layer's options ask for");
  CHECK_THROWS_AS(gru(x, h, zeros({12, 4}), hh3, b3, b3), ShapeError);
  CHECK_THROWS_AS(gru(x, h, ih4, hh4, b4, b4), ShapeError);
  CHECK_THROWS_AS(gru(x, h, ih3, hh3, b4, b3), ShapeError);
  CHECK_THROWS_AS(gru(x, h, ih3, hh3, b3, b4), ShapeError);
  CHECK_THROWS_AS(lstm(x, h, zeros({2, 3}), ih4, hh4, b4, b4), ShapeError);
  CHECK(message_of<DTypeError>(
            [&] { return lstm(x, h, h, cast(ih4, DType::float64), hh4, b4, b4); }) ==
        "lstm: input weights float64 beside float32; all operands must have one dtype, try cast");
  CHECK(message_of<DTypeError>([&] { return gru(cast(x, DType::int32), h, ih3, hh3, b3, b3); }) ==
        "gru: input int32 [3, 2, 5]; try cast to float32");
  CHECK(message_of([&] {
          return gru(x, h, ih3, hh3, b3, b3, {.lengths = from_vector({4, -1})});
        }) == "gru: a length of 4 among 3 steps; try one from 0 to 3");
  CHECK_THROWS_AS(gru(x, h, ih3, hh3, b3, b3, {.lengths = ones({2})}), ShapeError);
  CHECK(message_of([&] { return gru(x, Tensor(), ih3, hh3, b3, b3); }).find("has no value") !=
        std::string::npos);
}
