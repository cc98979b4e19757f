#include <doctest/doctest.h>

#include <nn/layers/normalization.hpp>
#include <nn/pass.hpp>
#include <tests/nn/names.hpp>
#include <tests/support.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;
using nn::Pass;

namespace {

// To the digits of a literal.
void check_close(const Tensor& found, const std::vector<double>& expected) {
  const std::vector<double> values = doubles(found);
  REQUIRE(values.size() == expected.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    CHECK(values[i] == doctest::Approx(expected[i]).epsilon(1e-8));
}

}  // namespace

// The numbers are PyTorch 2's.
TEST_CASE("normalization layers: examples") {
  const Tensor x = from_vector<double>({1, 2, 4, 8, -1, 0, 3, 5, 2, 2.5, -3, 1}, {2, 2, 3});
  nn::LayerNorm layer{Shape{2, 3}};
  nn::GroupNorm group{1, 2};
  for (nn::Module* one : std::initializer_list<nn::Module*>{&layer, &group})
    nn::initialize(*one, {.dtype = DType::float64});
  const std::vector<double> expected = {-0.447213344, -0.111803336, 0.55901668,  1.90065671,
                                        -1.11803336,  -0.782623352, 0.511198205, 1.32911533,
                                        0.102239641,  0.306718923,  -1.94255318, -0.306718923};
  check_close(layer(x).value(), expected);
  check_close(group(x).value(), expected);
  CHECK(names(layer) == Names{"weight", "bias"});
  const nn::GroupNorm bare{1, 2, {.affine = false}};
  CHECK(names(bare).empty());
}

TEST_CASE("instance_norm: running statistics learn from the means over examples") {
  nn::InstanceNorm1d layer{2, {.momentum = 0.25, .affine = true, .track = true}};
  nn::initialize(layer, {.dtype = DType::float64});
  const Tensor x = from_vector<double>({1, 2, 4, 8, -1, 0, 3, 5, 2, 2.5, -3, 1}, {2, 2, 3});
  Random random;
  Pass pass{random, true};
  check_close(layer(x, pass).value(),
              {-1.06904153, -0.267260383, 1.33630191, 1.40692958, -0.827605634, -0.579323943,
               -0.267260383, 1.33630191, -1.06904153, 1.00514049, -1.36411924, 0.358978746});
  pass.apply();
  check_close(layer.running_mean->value(), {0.708333333, 0.3125});
  check_close(layer.running_var->value(), {1.33333333, 4.80208333});
  check_close(layer(x).value(),
              {0.252589796, 1.11861195, 2.85065626, 3.50808276, -0.598940959, -0.14260499,
               1.98463411, 3.71667842, 1.11861195, 0.998234932, -1.5116129, 0.313730979});
  const Tensor one = x[0];
  check_close(nn::InstanceNorm1d{2}(one).value(), doubles(nn::InstanceNorm1d{2}(x).value()[0]));
  for (const nn::InstanceNorm2d& bare :
       {nn::InstanceNorm2d{2}, nn::InstanceNorm2d{2, {.epsilon = 1e-3}}})
    CHECK(names(bare).empty());
}

TEST_CASE("batch_norm: two axes of an image are measured together") {
  nn::BatchNorm2d layer{2};
  nn::initialize(layer, {.dtype = DType::float64});
  const Tensor x = from_vector<double>({1, 2, 4, 8, -1, 0, 3, 5, 2, 2.5, -3, 1}, {2, 2, 3, 1});
  Random random;
  Pass pass{random, true};
  check_close(layer(x, pass).value(),
              {-1.3643783, -0.620171956, 0.868240738, 1.95025001, -0.650083335, -0.361157409,
               0.124034391, 1.61244708, -0.620171956, 0.361157409, -1.22793519, -0.0722314817});
  pass.apply();
  check_close(layer.running_mean->value(), {0.283333333, 0.125});
  check_close(layer.running_var->value(), {1.11666667, 2.3375});
}

TEST_CASE("normalization layers: shapes and options that cannot be are refused") {
  nn::BatchNorm2d batch{3};
  CHECK(message_of<ShapeError>([&] {
          return batch(zeros({2, 3}));
        }) ==
        "batch_norm: input [2, 3] does not fit 3 features; it must be [n, 3, height, width], try "
        "reshape");
  CHECK(message_of<ShapeError>([&] {
          return nn::InstanceNorm1d{3}(zeros({2, 2, 5}));
        }) ==
        "instance_norm: input [2, 2, 5] does not fit 3 features; it must be [n, 3, length], try "
        "reshape");
  CHECK(
      message_of<ShapeError>([&] {
        return nn::InstanceNorm2d{3}(zeros({2, 5}));
      }) ==
      "instance_norm: input [2, 5] does not fit 3 features; it must be [n, 3, height, width], try "
      "reshape");
  CHECK(message_of<ShapeError>([&] {
          return nn::GroupNorm{2, 3};
        }) == "group_norm: 2 groups of 3 channels; try a number that divides them");
  CHECK(message_of([&] {
          return nn::LayerNorm{3, {.epsilon = -1}};
        }) == "layer_norm: an epsilon of -1; it must be finite and at least 0, try 1e-5");
}
