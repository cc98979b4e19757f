#include <doctest/doctest.h>

#include <tensor/parts.hpp>
#include <tensor/views.hpp>
#include <tests/support.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;

namespace {

using Floats = std::vector<float>;
constexpr PadOptions reflect = {.mode = PadMode::reflect};
constexpr PadOptions replicate = {.mode = PadMode::replicate};

}  // namespace

// Expected values here are PyTorch's.
TEST_CASE("pad: one axis, in each mode") {
  const Tensor x = from_vector<float>({1, 2, 3, 4}, {1, 4});
  CHECK(pad(x, {2, 3}, reflect).to_vector<float>() == Floats{3, 2, 1, 2, 3, 4, 3, 2, 1});
  CHECK(pad(x, {2, 3}, replicate).to_vector<float>() == Floats{1, 1, 1, 2, 3, 4, 4, 4, 4});
  CHECK(pad(x, {-1, 2}, {.value = 7}).to_vector<float>() == Floats{2, 3, 4, 7, 7});
  CHECK(pad(x, {1, -1}, reflect).to_vector<float>() == Floats{2, 1, 2, 3});
  CHECK(pad(x, {-1, 2}, replicate).to_vector<float>() == Floats{2, 3, 4, 4, 4});
  CHECK(pad(x, {-3, 0}, reflect).to_vector<float>() == Floats{4});
  CHECK(pad(x, {}).to_vector<float>() == Floats{1, 2, 3, 4});
  CHECK(pad(x, {-2, -2}).shape() == Shape{1, 0});
  CHECK(pad(from_vector({1, 2}), {1, 1}).to_vector<std::int32_t>() ==
        std::vector<std::int32_t>{0, 1, 2, 0});
}

TEST_CASE("pad: several axes, the last one first") {
  const Tensor x = reshape(arange(1, 5), {1, 2, 2});
  CHECK(pad(x, {1, 0, 0, 1}).to_vector<float>() == Floats{0, 1, 2, 0, 3, 4, 0, 0, 0});
  CHECK(pad(x, {1, 0, 0, 1}, reflect).to_vector<float>() == Floats{2, 1, 2, 4, 3, 4, 2, 1, 2});
  CHECK(pad(x, {1, 0, 0, 1}, replicate).to_vector<float>() == Floats{1, 1, 2, 3, 3, 4, 3, 3, 4});
  CHECK(pad(transpose(x), {0, 0, 0, 0, 1, 0}).to_vector<float>() == Floats{0, 0, 0, 0, 1, 3, 2, 4});
  CHECK(pad(zeros({2, 3, 4, 5}), {1, 1, 1, 1, 1, 1}, reflect).shape() == Shape{2, 5, 6, 7});
  CHECK(pad(zeros({0, 3, 4}), {1, 1}, reflect).shape() == Shape{0, 3, 6});
  CHECK(pad(zeros({0}), {1, 1}).to_vector<float>() == Floats{0, 0});
}

TEST_CASE("pad: what does not fit is refused") {
  const auto refusal = [](const Shape& shape, const std::vector<std::int64_t>& sizes,
                          const PadOptions& options) {
    return message_of<ShapeError>([&] { return pad(zeros(shape), sizes, options); });
  };
  CHECK(refusal({2}, {1}, {}) ==
        "pad: 1 sizes for [2]; give two for each axis, the last axis first");
  CHECK(refusal({2}, {1, 1, 1, 1}, {}).find("pad: 4 sizes for [2]") == 0);
  CHECK(refusal({4}, {1, 1}, reflect) ==
        "pad: reflect and replicate of [4] along 1 axes; they take the last one to three behind "
        "one or two others, try reshape");
  CHECK(refusal({2, 3, 4, 5}, {1, 1}, replicate).find("pad: reflect and replicate of") == 0);
  CHECK(refusal({1, 4}, {4, 0}, reflect) ==
        "pad: 4 before and 0 behind axis 1 of [1, 4]; there is too little of it, try smaller "
        "sizes");
  CHECK(refusal({1, 4}, {-2, -2}, reflect).find("pad: -2 before") == 0);
  CHECK(refusal({1, 0}, {1, 1}, replicate).find("pad: 1 before") == 0);
  CHECK(refusal({2}, {-1, -2}, {}).find("pad: -1 before and -2 behind axis 0 of [2]") == 0);
}
