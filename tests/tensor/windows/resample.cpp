#include <doctest/doctest.h>

#include <tensor/views.hpp>
#include <tensor/windows/resample.hpp>
#include <tests/support.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;

// The numbers are PyTorch 2's.
TEST_CASE("upsample: examples") {
  const Tensor x = from_vector<float>({1, 2, 4, 8}, {1, 1, 4});
  using Values = std::vector<double>;
  CHECK(doubles(upsample_nearest(x, {.size = 6})) == Values{1, 1, 2, 4, 4, 8});
  CHECK(doubles(upsample_nearest(x, {.size = 3})) == Values{1, 2, 4});
  CHECK(doubles(upsample_linear(x, {.scale_factor = 2})) ==
        Values{1, 1.25, 1.75, 2.5, 3.5, 5, 7, 8});
  CHECK(doubles(upsample_linear(x, {.size = 7, .align_corners = true})) ==
        Values{1, 1.5, 2, 3, 4, 6, 8});
}

TEST_CASE("upsample_nearest: where a length of an image stays or doubles the factor is whole") {
  const Tensor x = from_vector<float>({1, 2, 4}, {1, 1, 3}), image = reshape(x, {1, 1, 1, 3});
  using Values = std::vector<double>;
  CHECK(doubles(upsample_nearest(x, {.scale_factor = 1.3})) == Values{1, 1, 2});
  CHECK(doubles(upsample_nearest(image, {.scale_factor = 1.3})) == Values{1, 2, 4});
  CHECK(doubles(upsample_nearest(image, {.scale_factor = {1, 2.1}})) == Values{1, 1, 2, 2, 4, 4});
}

TEST_CASE("upsample: bad use says what does not fit") {
  const Tensor x = zeros({2, 3, 4});
  CHECK(message_of<ShapeError>([&] { return upsample_bilinear(x, {.size = 2}); }) ==
        "upsample_bilinear: input [2, 3, 4] is not [n, channels, height, width]; try reshape");
  CHECK(message_of<ShapeError>([&] {
          return upsample_linear(zeros({2, 3}), {.size = 2});
        }) == "upsample_linear: input [2, 3] is not [n, channels, length]; try reshape");
  CHECK(message_of<ShapeError>([&] {
          return upsample_nearest(zeros({2, 3}), {.size = 2});
        }) ==
        "upsample_nearest: input [2, 3] is not [n, channels, length] or an image; try reshape");
  CHECK(message_of([&] { return upsample_nearest(x, {}); }) ==
        "upsample_nearest: a size of 0 and a scale_factor of 0 for [2, 3, 4]; try one of the two, "
        "above 0");
  CHECK_THROWS_AS(upsample_nearest(x, {.size = 2, .scale_factor = 2}), Error);
  CHECK(message_of<ShapeError>([&] { return upsample_nearest(x, {.scale_factor = 0.1}); }) ==
        "upsample_nearest: a length of 4 in [2, 3, 4] would become 0; try 1 or more");
  CHECK(message_of<DTypeError>([&] {
          return upsample_nearest(cast(x, DType::int32), {.size = 2});
        }) == "upsample_nearest: int32 [2, 3, 4]; try cast to float32");
}
