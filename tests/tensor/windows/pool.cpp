// Covers: tensor/windows/pair.hpp
#include <doctest/doctest.h>

#include <cmath>
#include <tensor/views.hpp>
#include <tensor/windows/pool.hpp>
#include <tests/support.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;

namespace {

using Values = std::vector<double>;

bool close(const Values& a, const Values& b) {
  bool all = a.size() == b.size();
  for (std::size_t i = 0; all && i < a.size(); ++i) all = std::abs(a[i] - b[i]) < 1e-6;
  return all;
}

}  // namespace

// The numbers are PyTorch 2's.
TEST_CASE("pool: examples") {
  const Tensor x = from_vector<float>({1, 5, 2, 7, 3, 8, 0, 4, 6, 9, -1, -2}, {1, 3, 4});
  CHECK(close(doubles(max_pool2d(x, 2, {.stride = 1})), Values{8, 8, 7, 9, 9, 4}));
  CHECK(close(doubles(max_pool2d(x, 2, {.padding = 1, .ceil_mode = true})),
              Values{1, 5, 7, 6, 9, 4}));
  CHECK(close(doubles(avg_pool2d(x, {2, 4}, {.stride = 2, .padding = {1, 2}})),
              Values{0.75, 1.875, 1.125, 3.25, 3.375, 0.125}));
  CHECK(close(doubles(avg_pool2d(x, 2, {.ceil_mode = true, .divisor_override = 2})),
              Values{8.5, 6.5, 7.5, -1.5}));
  CHECK(close(doubles(avg_pool1d(x, 3, {.padding = 1, .count_include_pad = false})),
              Values{3, 4.5, 5.5, 2, 7.5, -1.5}));
  CHECK(close(doubles(adaptive_avg_pool2d(x, {1, 2})), Values{5.33333349, 1.66666663}));
}

TEST_CASE("pool: NaN is the largest, and -infinity has a place") {
  const Tensor x = from_vector<double>({1, NAN, 2, 3, -INFINITY, -INFINITY}, {1, 1, 6});
  Tensor indices;
  const Values y = doubles(max_pool1d(x, 2, {.indices = &indices}));
  CHECK(std::isnan(y[0]));
  CHECK(y[1] == 3);
  CHECK(y[2] == -INFINITY);
  CHECK(indices.to_vector<std::int32_t>() == std::vector<std::int32_t>{1, 3, 4});
}

TEST_CASE("pool: a window that holds no element has no place") {
  Tensor indices;
  const Tensor y =
      max_pool1d(ones({1, 1, 1}), 2, {.padding = 1, .dilation = 2, .indices = &indices});
  CHECK(indices.to_vector<std::int32_t>() == std::vector<std::int32_t>{-1});
  CHECK(doubles(y) == Values{-INFINITY});
  CHECK(doubles(detail::take_places(ones({1, 1, 1}), indices)) == Values{0});
  CHECK(doubles(detail::put_places(ones({1, 1, 1}), indices, {1, 1})) == Values{0});
}

TEST_CASE("pool: in ceil_mode a window may be longer than what there is") {
  CHECK(doubles(max_pool1d(ones({1, 1, 4}), 5, {.stride = 4, .ceil_mode = true})) == Values{1});
}

TEST_CASE("pool: bad use says what does not fit") {
  const Tensor x = zeros({2, 3, 4, 5});
  CHECK(message_of<ShapeError>([&] {
          return max_pool2d(zeros({4, 5}), 2);
        }) ==
        "max_pool2d: input [4, 5] is not [n, channels, height, width] or that without n, with no "
        "length of 0 but n; try reshape");
  CHECK_THROWS_AS(avg_pool2d(zeros({2, 0, 4, 4}), 2), ShapeError);
  CHECK(message_of<ShapeError>([&] { return max_pool1d(x, 2); }) ==
        "max_pool1d: input [2, 3, 4, 5] is not [n, channels, length] or that without n, with no "
        "length of 0 but n; try reshape");
  CHECK(message_of([&] {
          return max_pool2d(expand(ones({1}), {1, 65536, 65536}), 2);
        }) ==
        "max_pool2d: [1, 65536, 65536] has more elements in an image than int32 can number; try "
        "parts");
  CHECK(max_pool2d(zeros({0, 3, 4, 5}), 2).shape() == Shape{0, 3, 2, 2});
  CHECK(message_of<ShapeError>([&] { return max_pool2d(x, 2, {.stride = 0}); }) ==
        "max_pool2d: kernel 2, stride 0 and dilation 1 must be 1 or more");
  CHECK(message_of<ShapeError>([&] { return avg_pool2d(x, 3, {.padding = 2}); }) ==
        "avg_pool2d: a padding of 2 beside a kernel of 3; it must not be negative or above half of "
        "that, try 1");
  CHECK(message_of<ShapeError>([&] { return max_pool2d(x, 5); }) ==
        "max_pool2d: input [2, 3, 4, 5] has no room for a window of 5; try a smaller kernel, or "
        "padding");
  CHECK(message_of([&] { return avg_pool2d(x, 2, {.divisor_override = 0}); }) ==
        "avg_pool2d: a divisor_override of 0; try another number, or none");
  CHECK(message_of<ShapeError>([&] {
          return adaptive_avg_pool2d(x, {2, -2});
        }) ==
        "adaptive_avg_pool2d: input [2, 3, 4, 5] cannot get a length of -2; try 1 or more, or -1 "
        "to keep it");
  CHECK(adaptive_avg_pool2d(x, {-1, 2}).shape() == Shape{2, 3, 4, 2});
  CHECK(message_of<DTypeError>([&] { return max_pool2d(cast(x, DType::int32), 2); }) ==
        "max_pool2d: int32 [2, 3, 4, 5]; try cast to float32");
}
