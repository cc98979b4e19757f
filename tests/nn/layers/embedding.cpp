#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/gradients.hpp>
#include <autograd/reduce.hpp>
#include <nn/layers/embedding.hpp>
#include <nn/layers/linear.hpp>
#include <nn/optimizers/adam.hpp>
#include <nn/sequential.hpp>
#include <tests/support.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;
using nn::Embedding;

namespace {

const Tensor tokens = from_vector<std::int32_t>({3, 0, 0, 1}, {2, 2});

Tensor row(const nn::Parameter& weight, std::int64_t i) { return weight.value()[i]; }

}  // namespace

TEST_CASE("embedding layer: the rows of its weight, for an index of any shape") {
  Embedding layer{4, 3};
  nn::initialize(layer);
  const Variable y = layer(tokens);
  CHECK(y.shape() == Shape{2, 2, 3});
  CHECK(same_bits(y.value()[0][0], row(layer.weight, 3)));
  CHECK(same_bits(y.value()[1][1], row(layer.weight, 1)));
  CHECK(same_bits(layer(Variable(tokens)).value(), y.value()));
  CHECK(layer(from_vector<std::int32_t>({2}, {})).shape() == Shape{3});
  CHECK(backward(sum(y))[layer.weight].to_vector<float>() ==
        std::vector<float>{2, 2, 2, 1, 1, 1, 0, 0, 0, 1, 1, 1});
}

TEST_CASE("embedding layer: it begins as PyTorch's does, normal, with zeros for the padding") {
  Embedding plain{100, 50}, padded{100, 50, {.padding_index = -3}};
  nn::initialize(plain);
  nn::initialize(padded);
  CHECK(mean(plain.weight.value()).item() == doctest::Approx(0).epsilon(0.05));
  CHECK(var(plain.weight.value()).item() == doctest::Approx(1).epsilon(0.05));
  for (std::int64_t i = 0; i < 100; ++i)
    CHECK(sum(square(row(padded.weight, i))).item() ==
          (i == 97 ? 0 : sum(square(row(plain.weight, i))).item()));
}

TEST_CASE("embedding layer: no step changes the padding") {
  Embedding layer{4, 3, {.padding_index = 0}};
  nn::initialize(layer, {.seed = 2});
  const Tensor before = clone(layer.weight.value());
  nn::Adam adam{layer};
  for (int i = 0; i < 3; ++i) adam.step(backward(sum(square(layer(tokens) - 1))));
  CHECK(sum(square(row(layer.weight, 0))).item() == 0);
  CHECK(same_bits(row(layer.weight, 2), before[2]));  // not looked up
  CHECK_FALSE(same_bits(row(layer.weight, 3), before[3]));
}

TEST_CASE("embedding layer: stands among others, and is printed with its shape") {
  nn::Sequential net{Embedding{4, 3}, nn::Linear{3, 1}};
  nn::initialize(net);
  CHECK(net(tokens).shape() == Shape{2, 2, 1});
  CHECK(to_string(net).find("0: Embedding\n    weight [4, 3]  12") != std::string::npos);
}

TEST_CASE("embedding layer: what is not there is refused") {
  CHECK(message_of([] {
          return Embedding{4, 3, {.padding_index = 4}};
        }) ==
        "embedding: a padding index of 4 among 4 entries; try 0, or a negative one from the end");
  nn::Sequential net{Embedding{3, 2}};
  nn::initialize(net);
  CHECK(message_of([&] { return net(tokens); }) ==
        "embedding: index 3 at place 0 is outside [0, 3); entries count from 0");
  CHECK_THROWS_AS(net(zeros({2})), DTypeError);
}
