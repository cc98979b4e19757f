#include <doctest/doctest.h>

#include <autograd/check.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/gradients.hpp>
#include <autograd/matmul.hpp>
#include <autograd/reduce.hpp>
#include <cmath>
#include <nn/layers/linear.hpp>
#include <nn/parts.hpp>
#include <nn/sequential.hpp>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>

using namespace ebb;
using nn::Linear;

TEST_CASE("linear layer: x W^T + b over any leading axes") {
  Linear layer{3, 2};
  nn::initialize(layer);
  layer.weight.set(from_vector<float>({1, 2, 3, 4, 5, 6}, {2, 3}));
  layer.bias->set(from_vector<float>({10, 20}));
  const Variable y = layer(from_vector<float>({1, 0, 0, 1, 1, 1}, {2, 1, 3}));
  CHECK(y.shape() == Shape{2, 1, 2});
  CHECK(y.value().to_vector<float>() == std::vector<float>{11, 24, 16, 35});
}

TEST_CASE("linear layer: it begins as PyTorch's does, uniform within 1 / sqrt(in)") {
  Linear layer{400, 300};
  nn::initialize(layer);
  const double bound = 1 / std::sqrt(400.0);
  for (const Tensor& x : {layer.weight.value(), layer.bias->value()}) {
    CHECK(amax(x).item() <= bound);
    CHECK(amax(x).item() > 0.9 * bound);
    CHECK(amin(x).item() < -0.9 * bound);
  }
  CHECK(layer.weight.shape() == Shape{300, 400});
}

TEST_CASE("linear layer: an input of the wrong width names rule, shapes and layer") {
  nn::Sequential net{Linear{3, 2}, Linear{4, 1}};
  nn::initialize(net);
  CHECK_THROWS_WITH_AS(
      net(zeros({5, 3})),
      "linear: input [5, 2] does not fit weight [1, 4]: the last axis must be 4, try reshape; in 1",
      ShapeError);
  Linear alone{3, 2};
  nn::initialize(alone);
  CHECK_THROWS_WITH_AS(
      alone(zeros({5, 2})),
      "linear: input [5, 2] does not fit weight [2, 3]: the last axis must be 3, try reshape",
      ShapeError);
  CHECK_THROWS_WITH_AS(Linear(-1, 2), "linear: -1 inputs; try 0 or more", ShapeError);
  CHECK_THROWS_WITH_AS(Linear(2, -1), "parameter: [-1, 2] has a negative length; try 0 or more",
                       ShapeError);
}

TEST_CASE("linear layer: no inputs, no outputs, no rows") {
  Linear no_inputs{0, 2}, no_outputs{2, 0}, plain{3, 2};
  for (Linear* layer : {&no_inputs, &no_outputs, &plain}) nn::initialize(*layer);
  CHECK(no_inputs(zeros({3, 0})).value().to_vector<float>() == std::vector<float>(6, 0));
  CHECK(no_outputs(zeros({3, 2})).shape() == Shape{3, 0});
  CHECK(plain(zeros({0, 3})).shape() == Shape{0, 2});
}

TEST_CASE("linear layer: its gradients are right in first and second order") {
  Random random{5};
  check_gradients([](auto in) { return tanh(linear(in[0], in[1], in[2])); },
                  {randn({4, 3}, random, DType::float64), randn({2, 3}, random, DType::float64),
                   randn({2}, random, DType::float64)},
                  {.order = 2});
}

TEST_CASE("linear layer: nothing in, or nothing out, still has its derivatives") {
  Linear none_in{0, 2}, none_out{3, 0};
  nn::initialize(none_in);
  nn::initialize(none_out);
  const Gradients in = backward(sum(none_in(ones({4, 0}))));
  CHECK(in[none_in.weight.leaf()].shape() == Shape{2, 0});
  CHECK(in[none_in.bias->leaf()].to_vector<float>() == std::vector<float>{4, 4});
  const Gradients out = backward(sum(none_out(ones({4, 3}))));
  CHECK(out[none_out.weight.leaf()].shape() == Shape{0, 3});
  CHECK(out[none_out.bias->leaf()].shape() == Shape{0});
}

TEST_CASE("linear layer: without a bias it is x W^T, and has one part") {
  const Linear layer{4, 3, {.bias = false}};
  Linear named = layer;
  nn::initialize(named, {.seed = 3});
  CHECK(nn::Parts(layer).parameters.size() == 1);
  CHECK(nn::count_parameters(layer) == 12);
  CHECK(!named.bias);
  Linear with{4, 3};
  nn::initialize(with, {.seed = 3});
  CHECK(with.weight.value().to_vector<float>() == named.weight.value().to_vector<float>());
  with.bias->set(zeros({3}));
  Random random{1};
  for (const Shape& shape : {Shape{5, 4}, Shape{4}, Shape{2, 5, 4}, Shape{0, 4}}) {
    const Variable x = randn(shape, random);
    CHECK(named(x).shape() == with(x).shape());
    CHECK(named(x).value().to_vector<float>() == with(x).value().to_vector<float>());
    const Gradients some = backward(sum(square(named(x)))), all = backward(sum(square(with(x))));
    CHECK(some[named.weight].to_vector<float>() == all[with.weight].to_vector<float>());
    CHECK(some[named.weight].strides() == all[with.weight].strides());
  }
  CHECK_THROWS_WITH_AS(
      named(zeros({5, 2})),
      "linear: input [5, 2] does not fit weight [3, 4]: the last axis must be 4, try reshape",
      ShapeError);
  CHECK_THROWS_WITH_AS(
      named(zeros({5, 4}, DType::float64)),
      "linear: float64 [5, 4] times float32 [3, 4]; both must be float32 or both float64, try cast",
      DTypeError);
}

TEST_CASE("linear layer: without a bias its gradients are right in first and second order") {
  Random random{5};
  for (const Shape& shape : {Shape{4, 3}, Shape{2, 2, 3}, Shape{3}})
    check_gradients([](auto in) { return tanh(linear(in[0], in[1])); },
                    {randn(shape, random, DType::float64), randn({2, 3}, random, DType::float64)},
                    {.order = 2});
}
