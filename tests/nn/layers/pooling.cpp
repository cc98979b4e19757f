#include <doctest/doctest.h>

#include <nn/layers/pooling.hpp>
#include <nn/sequential.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;

TEST_CASE("pooling layers: they are their functions") {
  const Variable signal = number_tensor({2, 3, 8}, DType::float32);
  const Variable image = number_tensor({2, 3, 8, 6}, DType::float32);
  CHECK(same_bits(nn::MaxPool1d{2, {.stride = 1}}(signal).value(),
                  max_pool1d(signal, 2, {.stride = 1}).value()));
  CHECK(same_bits(nn::AvgPool1d{2}(signal).value(), avg_pool1d(signal, 2).value()));
  CHECK(same_bits(nn::AvgPool2d{{2, 3}}(image).value(), avg_pool2d(image, {2, 3}).value()));
  CHECK(
      same_bits(nn::AdaptiveAvgPool1d{3}(signal).value(), adaptive_avg_pool1d(signal, 3).value()));
  CHECK(same_bits(nn::AdaptiveAvgPool2d{{3, 2}}(image).value(),
                  adaptive_avg_pool2d(image, {3, 2}).value()));
  CHECK(same_bits(nn::Upsample{{.scale_factor = 2}}(signal).value(),
                  upsample_nearest(signal, {.scale_factor = 2}).value()));
  CHECK(same_bits(nn::Upsample{{.scale_factor = 2}, true}(signal).value(),
                  upsample_linear(signal, {.scale_factor = 2}).value()));
  CHECK(same_bits(nn::Upsample{{.size = {4, 5}}, true}(image).value(),
                  upsample_bilinear(image, {.size = {4, 5}}).value()));
}

TEST_CASE("pooling layers: a model is made of them") {
  const nn::Sequential net{nn::MaxPool2d{2}, nn::AdaptiveAvgPool2d{1}};
  CHECK(net(zeros({2, 3, 8, 6})).shape() == Shape{2, 3, 1, 1});
}
