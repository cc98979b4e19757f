#include <doctest/doctest.h>

#include <autograd/reduce.hpp>
#include <autograd/windows/convolve.hpp>
#include <cmath>
#include <nn/layers/convolution.hpp>
#include <nn/sequential.hpp>
#include <tensor/compare.hpp>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>

using namespace ebb;

namespace {

template <class Layer>
void check_start(Layer layer, const Shape& weight, const Shape& bias, double bound) {
  nn::initialize(layer, {.seed = 3});
  CHECK(layer.weight.shape() == weight);
  CHECK(layer.bias->shape() == bias);
  for (const Tensor& x : {layer.weight.value(), layer.bias->value()}) {
    CHECK(amax(x).item() <= bound);
    CHECK(amin(x).item() >= -bound);
  }
  CHECK(amax(layer.weight.value()).item() > 0.9 * bound);
}

}  // namespace

TEST_CASE("convolution layers: their shapes and beginnings are PyTorch's") {
  check_start(nn::Conv1d{6, 64, 5, {.groups = 2}}, {64, 3, 5}, {64}, 1 / std::sqrt(15.0));
  check_start(nn::Conv2d{6, 64, {5, 2}, {.groups = 2}}, {64, 3, 5, 2}, {64}, 1 / std::sqrt(30.0));
  check_start(nn::ConvTranspose1d{6, 64, 5, {.groups = 2}}, {6, 32, 5}, {64}, 1 / std::sqrt(160.0));
  check_start(nn::ConvTranspose2d{8, 4, 3, {.groups = 2}}, {8, 2, 3, 3}, {4}, 1 / std::sqrt(18.0));
}

TEST_CASE("convolution layers: each computes its function with its options") {
  Random random{4};
  const Tensor signal = randn({2, 4, 9}, random), image = randn({2, 4, 6, 5}, random);
  const auto agree = [](const Variable& a, const Variable& b) {
    CHECK(allclose(a.value(), b.value(), {1e-6, 1e-6}));
  };
  nn::Conv1d a{4, 6, 3, {.stride = 2, .padding = 1, .groups = 2}};
  nn::Conv2d b{4, 6, {3, 2}, {.padding = "same", .dilation = 2, .bias = false}};
  nn::ConvTranspose1d c{4, 6, 3, {.stride = 2, .padding = 1, .output_padding = 1}};
  nn::ConvTranspose2d d{4, 6, 3, {.stride = {2, 1}, .bias = false, .dilation = {1, 2}}};
  for (nn::Module* layer : {static_cast<nn::Module*>(&a), static_cast<nn::Module*>(&b),
                            static_cast<nn::Module*>(&c), static_cast<nn::Module*>(&d)})
    nn::initialize(*layer);
  agree(a(signal), conv1d(signal, a.weight, *a.bias, {.stride = 2, .padding = 1, .groups = 2}));
  agree(b(image), conv2d(image, b.weight, {.padding = "same", .dilation = 2}));
  agree(c(signal), conv_transpose1d(signal, c.weight, *c.bias,
                                    {.stride = 2, .padding = 1, .output_padding = 1}));
  agree(d(image), conv_transpose2d(image, d.weight, {.stride = {2, 1}, .dilation = {1, 2}}));
}

TEST_CASE("convolution layers: what does not fit names the layer") {
  CHECK_THROWS_WITH_AS((nn::Conv2d{3, 4, 1, {.groups = 2}}),
                       "conv2d: 2 groups of 3 and of 4 channels; try a number that divides both",
                       ShapeError);
  nn::Sequential net{nn::Conv2d{1, 2, 3}, nn::Conv2d{3, 1, 1}};
  nn::initialize(net);
  CHECK_THROWS_WITH_AS(
      net(zeros({1, 1, 4, 4})),
      "conv2d: input [1, 2, 2, 2] does not fit weight [1, 3, 1, 1] in 1 groups: it "
      "must have 3 channels, not 2; in 1",
      ShapeError);
}

TEST_CASE("convolution layers: copies have weights of their own, gradients reach all of them") {
  nn::Conv2d one{1, 2, 3};
  nn::initialize(one);
  nn::Conv2d other = one;
  const Gradients gradients = backward(sum(one(ones({1, 1, 3, 4}))));
  CHECK(gradients[one.weight.leaf()].to_vector<float>() == std::vector<float>(18, 2));
  CHECK(gradients[one.bias->leaf()].to_vector<float>() == std::vector<float>{2, 2});
  CHECK(other.weight.leaf().node() != one.weight.leaf().node());
}
