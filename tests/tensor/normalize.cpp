#include <doctest/doctest.h>

#include <tensor/normalize.hpp>
#include <tensor/random.hpp>
#include <tests/support.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;

namespace {

using Values = std::vector<double>;

bool close(const Tensor& found, const Values& expected) {
  const Values values = doubles(found);
  bool all = values.size() == expected.size();
  for (std::size_t i = 0; all && i < values.size(); ++i)
    all = std::abs(values[i] - expected[i]) < 1e-5;
  return all;
}

}  // namespace

// The numbers are PyTorch 2's.
TEST_CASE("normalizations: examples") {
  const Tensor x = from_vector<float>({1, 2, 4, 8, -1, 0, 3, 5}, {2, 2, 2});
  const Tensor weight = from_vector<float>({2, 0.5}), bias = from_vector<float>({0, 1});
  CHECK(close(layer_norm(x, {2}, weight, bias, 0.1),
              {-1.69031, 1.42258, -1.97546, 1.49386, -1.69031, 1.42258, -1.90693, 1.47673}));
  CHECK(close(group_norm(x, 1, weight, bias),
              {-2.05151, -1.30551, 1.04663, 1.79263, -2.30622, -1.4676, 1.26207, 1.68138}));
  CHECK(close(instance_norm(x, {}, {}, weight, bias),
              {-1.99996, 1.99996, 0.500001, 1.5, -1.99996, 1.99996, 0.500003, 1.5}));
  CHECK(close(batch_norm(x, {}, {}, weight, bias, {.training = true}),
              {0.894424, 2.68327, 0.732739, 1.80178, -2.68327, -0.894424, 0.465478, 1}));
  CHECK(close(batch_norm(x, bias, weight, weight, bias),
              {1.41421, 2.82842, 3.1213, 5.9497, -1.41421, 0, 2.4142, 3.8284}));
}

TEST_CASE("normalizations: bad use says what does not fit") {
  const Tensor x = zeros({4, 6, 2}), two = zeros({2}), six = zeros({6});
  CHECK(message_of<ShapeError>([&] { return layer_norm(x, {6}); }) ==
        "layer_norm: input [4, 6, 2] does not end with the shape [6]; try its last lengths, one at "
        "least");
  CHECK_THROWS_AS(layer_norm(x, Shape{}), ShapeError);
  CHECK_THROWS_AS(layer_norm(zeros({}), {1}), ShapeError);
  CHECK(message_of<ShapeError>([&] { return layer_norm(x, {2}, six); }) ==
        "layer_norm: weight [6] does not fit input [4, 6, 2]; try [2]");
  CHECK(message_of<DTypeError>([&] { return layer_norm(cast(x, DType::float64), {2}, two); }) ==
        "layer_norm: weight is float32, the input float64; try cast");
  CHECK(message_of<DTypeError>([&] { return layer_norm(cast(x, DType::int32), {2}); }) ==
        "layer_norm: int32 [4, 6, 2]; try cast to float32");
  CHECK(message_of<DTypeError>([&] { return group_norm(cast(x, DType::int32), 2); }) ==
        "group_norm: int32 [4, 6, 2]; try cast to float32");
  CHECK(
      message_of<ShapeError>([&] { return group_norm(x, 4); }) ==
      "group_norm: 4 groups of the 6 channels of input [4, 6, 2]; try a number that divides them");
  CHECK_THROWS_AS(group_norm(x, 0), ShapeError);
  CHECK(message_of<ShapeError>([&] { return group_norm(zeros({3}), 1); }) ==
        "group_norm: input [3] is not [n, channels, ...]; try reshape");
  CHECK(message_of<ShapeError>([&] {
          return group_norm(zeros({1, 2}), 2);
        }) ==
        "group_norm: input [1, 2] has one value per group, which has no variance; try a larger "
        "input");
  CHECK(message_of<ShapeError>([&] {
          return instance_norm(zeros({5, 2, 1}));
        }) ==
        "instance_norm: input [5, 2, 1] has one value per channel of an example, which has no "
        "variance; try a larger input");
  CHECK(message_of<ShapeError>([&] {
          return batch_norm(zeros({1, 2}), {}, {}, {}, {}, {.training = true});
        }) ==
        "batch_norm: input [1, 2] has one value per channel, which has no variance; try a larger "
        "input");
  CHECK(message_of([&] { return batch_norm(x, {}, {}); }) ==
        "batch_norm: input [4, 6, 2] has nothing to go by; give a running mean and variance, or "
        "try to measure it");
  CHECK(message_of<ShapeError>([&] { return batch_norm(x, six, two); }) ==
        "batch_norm: running variance [2] does not fit input [4, 6, 2]; try [6]");
}
