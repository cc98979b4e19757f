// Covers: tensor/windows/pair.hpp
#include <doctest/doctest.h>

#include <tensor/makers.hpp>
#include <tensor/windows/convolve.hpp>

using namespace ebb;

TEST_CASE("conv2d: bad use names the operation, the rule and what came") {
  const Tensor x = zeros({1, 2, 3, 3}), w = zeros({4, 2, 2, 2});
  CHECK_THROWS_WITH_AS(
      conv2d(x, zeros({4, 2, 2, 2}, DType::float64)),
      "conv2d: float32 [1, 2, 3, 3] with float64 [4, 2, 2, 2]; all must be float32 "
      "or all float64, try cast",
      DTypeError);
  CHECK_THROWS_WITH_AS(conv2d(zeros({3, 3}), w),
                       "conv2d: input [3, 3] and weight [4, 2, 2, 2]; want [n, channels, height, "
                       "width], n may be missing, and a weight of 4 axes",
                       ShapeError);
  CHECK_THROWS_WITH_AS(conv1d(x, w),
                       "conv1d: input [1, 2, 3, 3] and weight [4, 2, 2, 2]; want [n, channels, "
                       "length], n may be missing, and a weight of 3 axes",
                       ShapeError);
  CHECK_THROWS_WITH_AS(
      conv2d(x, zeros({4, 3, 2, 2})),
      "conv2d: input [1, 2, 3, 3] does not fit weight [4, 3, 2, 2] in 1 groups: it "
      "must have 3 channels, not 2",
      ShapeError);
  CHECK_THROWS_WITH_AS(
      conv2d(x, w, {.groups = 3}),
      "conv2d: 3 groups of 2 and of 4 channels; both must divide evenly, input [1, "
      "2, 3, 3], weight [4, 2, 2, 2]",
      ShapeError);
  CHECK_THROWS_WITH_AS(conv2d(x, w, zeros({3})),
                       "conv2d: bias [3] does not fit 4 channels of the result: it must be [4]",
                       ShapeError);
  CHECK_THROWS_WITH_AS(
      conv2d(x, zeros({4, 2, 2, 3}), {.dilation = 2}),
      "conv2d: a kernel of 3, 5 long with its dilation, does not fit an input of 3, "
      "3 with its padding; try more padding",
      ShapeError);
}

TEST_CASE("convolutions: options out of range are refused") {
  const Tensor x = zeros({1, 2, 3, 3}), w = zeros({2, 2, 2, 2});
  CHECK_THROWS_WITH_AS(conv2d(x, w, {.stride = 0}), "conv2d: a stride of 0; it must be at least 1",
                       Error);
  CHECK_THROWS_WITH_AS(conv2d(x, w, {.padding = Pair{0, -1}}),
                       "conv2d: a padding of -1; it must be at least 0", Error);
  CHECK_THROWS_WITH_AS(conv_transpose2d(x, w, {.dilation = {1, 0}}),
                       "conv_transpose2d: a dilation of 0; it must be at least 1", Error);
  CHECK_THROWS_WITH_AS(conv1d(zeros({2, 3}), zeros({1, 2, 2}), {.stride = {1, 2}}),
                       "conv1d: a stride of 1 and 2 for one axis; try one number", Error);
  CHECK_THROWS_WITH_AS(
      conv2d(x, w, {.stride = 2, .padding = "same"}),
      "conv2d: a padding of 'same' with a stride of 2; try a stride of 1 or a number", Error);
  CHECK_THROWS_WITH_AS(conv2d(x, w, {.padding = "full"}),
                       "convolve: a padding of 'full'; try a number, 'same' or 'valid'", Error);
  CHECK_THROWS_WITH_AS(
      conv_transpose2d(x, w, {.stride = 2, .output_padding = 2}),
      "conv_transpose2d: an output_padding of 2 for a stride of 2 and a dilation of "
      "1; it must be below one of them",
      Error);
}

TEST_CASE("conv_transpose2d: bad use names the operation, the rule and what came") {
  const Tensor x = zeros({1, 2, 1, 1});
  CHECK_THROWS_WITH_AS(conv_transpose2d(x, zeros({2, 2, 1, 1}), {.padding = 1}),
                       "conv_transpose2d: a result of length -1 from an input of 1 and a kernel of "
                       "1; try less padding",
                       ShapeError);
  CHECK_THROWS_WITH_AS(conv_transpose2d(x, zeros({3, 2, 1, 1})),
                       "conv_transpose2d: input [1, 2, 1, 1] does not fit weight [3, 2, 1, 1]: it "
                       "must have 3 channels, not 2",
                       ShapeError);
}

TEST_CASE("pair: one number stands for both") {
  CHECK(Pair(2) == Pair{2, 2});
  CHECK_FALSE(Pair(2) == Pair{2, 1});
}
