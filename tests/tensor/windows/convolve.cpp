#include <doctest/doctest.h>

#include <tensor/compare.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/views.hpp>
#include <tensor/windows/convolve.hpp>

using namespace ebb;

namespace {

// sin or cos of 0, 1, 2, … in a shape.
Tensor sines(const Shape& shape) {
  return reshape(sin(arange(static_cast<double>(shape.count()), DType::float64)), shape);
}
Tensor cosines(const Shape& shape) {
  return reshape(cos(arange(static_cast<double>(shape.count()), DType::float64)), shape);
}
void check(const Tensor& y, const Shape& shape, const std::vector<double>& expected) {
  CHECK(allclose(y, from_vector(expected, shape), {1e-13, 1e-13}));
}
const Tensor bias = from_vector<double>({0.5, -0.25});

}  // namespace

// The numbers are PyTorch's, of the same inputs.
TEST_CASE("conv2d: with every option, the numbers of PyTorch") {
  check(conv2d(sines({1, 4, 3, 3}), cosines({2, 2, 2, 3}), bias,
               {.stride = {2, 1}, .padding = {1, 2}, .dilation = {1, 2}, .groups = 2}),
        {1, 2, 2, 3},
        {0.407710753111787, 0.406450484002311, 0.369213225773834, 0.340032645988873,
         0.219999119857636, 0.198746630904063, -0.384751422966239, -0.664426506669569,
         -0.414001932772169, -0.472648700375647, -1.05982002980453, -0.580929973847146});
}

TEST_CASE("conv1d: an even kernel pads \"same\" one more behind, as PyTorch does") {
  check(
      conv1d(sines({2, 5}), cosines({1, 2, 4}), {.padding = "same"}), {1, 5},
      {-1.295366454707, 1.86077326411261, 3.65291848679886, 1.54739820420426, -0.797567401702479});
}

TEST_CASE("conv_transpose2d: with every option but dilation, the numbers of PyTorch") {
  const Tensor y = conv_transpose2d(
      sines({1, 4, 3, 3}), cosines({4, 1, 2, 2}), bias,
      {.stride = {2, 1}, .padding = {1, 0}, .output_padding = {1, 0}, .groups = 2});
  CHECK(y.shape() == Shape{1, 2, 5, 4});
  check(y[0][0], {5, 4},
        {0.895703924108492,  -0.0618313392802031, -2.08175083390196, -1.15409250077532,
         0.991847473039025,  -0.607399979448336,  -1.39614508686944, 0.262888850698927,
         -0.073928017412922, 0.674141586904693,   2.91619872009253,  2.19614895535195,
         -0.204471996642801, 1.37866599702934,    2.39107367450963,  0.761840428334853,
         1.24066493754663,   0.717033610516723,   -1.70228637247244, -1.20425697705492});
}

TEST_CASE("conv_transpose1d: in steps, dilated and longer at the end, the numbers of PyTorch") {
  check(conv_transpose1d(sines({2, 3}), cosines({2, 2, 3}),
                         {.stride = 2, .output_padding = 1, .dilation = 2}),
        {2, 10},
        {0.135499238590945,  0, 0.22120240815965,   0, -0.147872528689845, 0, -0.471700375699444, 0,
         -0.238877733270577, 0, -0.128578709900755, 0, -0.261914086267989, 0, 0.0591211358870213, 0,
         0.445593714171489,  0, 0.253689386096391,  0});
}

TEST_CASE("convolutions: nothing in gives nothing, or the bias") {
  CHECK(conv2d(zeros({0, 2, 3, 3}), zeros({3, 2, 2, 2})).shape() == Shape{0, 3, 2, 2});
  CHECK(conv_transpose2d(zeros({0, 2, 3, 3}), zeros({2, 4, 1, 1})).shape() == Shape{0, 4, 3, 3});
  CHECK(conv2d(zeros({1, 0, 2, 2}), zeros({2, 0, 2, 2}), ones({2})).to_vector<float>() ==
        std::vector<float>{1, 1});
  CHECK(conv2d(ones({1, 1, 2, 2}), ones({1, 1, 2, 2}), {.padding = "valid"}).item() == 4);
}
