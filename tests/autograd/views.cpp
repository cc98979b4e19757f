#include <doctest/doctest.h>

#include <autograd/check.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <tests/operations.hpp>

using namespace ebb;

namespace {

// The view, and the view of a square, so that there is a second derivative.
void check_view(const std::function<Variable(const Variable&)>& view, const Shape& shape) {
  const auto both = [&](auto x) { return view(x[0]) + view(square(x[0])); };
  check_gradients(both, {draw({-2, 2}, shape)}, {.order = 2});
}

Variable counting(const Shape& shape) {
  return leaf(reshape(arange(0, static_cast<double>(shape.count()), 1, DType::float64), shape));
}

std::vector<double> gradient(const Variable& y, const Variable& x) {
  return gradients(y, {x})[0].value().to_vector<double>();
}

}  // namespace

TEST_CASE("views: first and second derivatives of each") {
  check_view([](auto& x) { return reshape(x, {4, -1}); }, {2, 2, 3});
  check_view([](auto& x) { return reshape(transpose(x), {6}); }, {2, 3});
  check_view([](auto& x) { return transpose(x); }, {2, 3});
  check_view([](auto& x) { return transpose(x, 0, -1); }, {2, 3, 4});
  check_view([](auto& x) { return permute(x, {1, 2, 0}); }, {2, 3, 4});
  check_view([](auto& x) { return permute(x, {-1, 0, -2}); }, {2, 3, 4});
  check_view([](auto& x) { return slice(x, 0, 1, 3); }, {4, 3});
  check_view([](auto& x) { return slice(x, -1, -5, -1, 2); }, {2, 6});
  check_view([](auto& x) { return slice(x, 1, 4, 100, 3); }, {2, 6});
  check_view([](auto& x) { return x[1]; }, {3, 2});
  check_view([](auto& x) { return x[-1][0]; }, {2, 3});
  check_view([](auto& x) { return squeeze(x, 1); }, {3, 1, 2});
  check_view([](auto& x) { return unsqueeze(x, -1); }, {3, 2});
  check_view([](auto& x) { return expand(x, {4, 2, 3}); }, {2, 1});
  check_view([](auto& x) { return expand(x, {2, 2}); }, {});
  check_view([](auto& x) { return sum_to(x, {3}); }, {2, 4, 3});
  check_view([](auto& x) { return sum_to(x, {2, 1, 3}); }, {2, 4, 3});
  check_view([](auto& x) { return sum_to(x, {}); }, {2, 3});
}

TEST_CASE("views: a view of nothing has a gradient of zeros") {
  const Variable x = counting({2, 3});
  CHECK(gradient(sum(slice(x, 1, 2, 2)), x) == std::vector<double>(6, 0));
  CHECK(gradient(sum(slice(x, 1, 5, 9)), x) == std::vector<double>(6, 0));
  const Variable nothing = leaf(zeros({0, 3}, DType::float64));
  CHECK(gradients(sum(reshape(nothing, {3, 0})), {nothing})[0].shape() == Shape{0, 3});
  CHECK(gradients(sum(expand(counting({1, 2}), {0, 2})), {counting({1, 2})})[0].shape() ==
        Shape{1, 2});
}

TEST_CASE("expand: its derivative sums the repeated axes") {
  const Variable x = counting({3, 1});
  CHECK(gradient(sum(expand(x, {-1, 4})), x) == std::vector<double>(3, 4));
  const Tensor dy = reshape(arange(0, 24, 1, DType::float64), {2, 3, 4});
  const Variable dx = gradients(expand(x, {2, 3, 4}), {x}, {.seed = Variable(dy)})[0];
  CHECK(dx.shape() == Shape{3, 1});
  CHECK(dx.value().to_vector<double>() == std::vector<double>{60, 92, 124});
}

TEST_CASE("sum_to: its derivative repeats") {
  const Variable x = counting({2, 3});
  const Tensor dy = from_vector<double>({1, 2, 3});
  const Variable dx = gradients(sum_to(x, {3}), {x}, {.seed = Variable(dy)})[0];
  CHECK(dx.value().to_vector<double>() == std::vector<double>{1, 2, 3, 1, 2, 3});
}

TEST_CASE("slice: its derivative is zero where nothing was taken") {
  const Variable x = counting({7});
  CHECK(gradient(sum(slice(x, 0, 1, 7, 2)), x) == std::vector<double>{0, 1, 0, 1, 0, 1, 0});
  CHECK(gradient(sum(slice(x, 0, -3, -1)), x) == std::vector<double>{0, 0, 0, 0, 1, 1, 0});
  const std::int64_t max = std::numeric_limits<std::int64_t>::max();
  CHECK(gradient(sum(slice(x, 0, 2, max, max)), x) == std::vector<double>{0, 0, 1, 0, 0, 0, 0});
}

TEST_CASE("index: an entry of a Variable, which the gradient reaches alone") {
  const Variable x = counting({3, 2});
  CHECK(x[1][0].item() == 2);
  CHECK(x[-1].value().to_vector<double>() == std::vector<double>{4, 5});
  CHECK(x[2].value().storage() == x.value().storage());
  CHECK(gradient(x[-2][1] * x[0][0], x) == std::vector<double>{3, 0, 0, 0, 0, 0});
  CHECK(gradient(x[-2][1] * x[2][1], x) == std::vector<double>{0, 0, 0, 5, 0, 3});
  CHECK_FALSE(Variable(x.value())[1].wants_gradient());
  CHECK_THROWS_WITH_AS(x[3],
                       "index: 3 in an axis of 3, shape [3, 2]; count from 0, or from the end "
                       "with -1",
                       ShapeError);
}

TEST_CASE("cast: the gradient returns in the input's dtype, none through int32") {
  const Variable x = leaf(from_vector<float>({1.5f, -2}));
  const Variable y = cast(x, DType::float64);
  CHECK(y.dtype() == DType::float64);
  const Variable dx = gradients(sum(square(y)), {x})[0];
  CHECK(dx.dtype() == DType::float32);
  CHECK(dx.value().to_vector<float>() == std::vector<float>{3, -4});
  CHECK_FALSE(cast(x, DType::int32).wants_gradient());
  CHECK(cast(cast(x, DType::int32), DType::float32).value().to_vector<float>() ==
        std::vector<float>{1, -2});
  // Second order: a cast to float64 and back carries derivatives of derivatives as well.
  const Variable first =
      gradients(sum(cast(y * y * y, DType::float32)), {x}, {.create_graph = true})[0];
  CHECK(gradients(sum(first), {x})[0].value().to_vector<float>() == std::vector<float>{9, -12});
}

TEST_CASE("views: bad use says the same on Variables as on tensors") {
  const Variable x = counting({2, 3});
  CHECK_THROWS_WITH_AS(
      reshape(x, {4, 2}),
      "reshape: [2, 3] has 6 elements, [4, 2] has room for 8; try one length of -1", ShapeError);
  CHECK_THROWS_WITH_AS(transpose(x, 0, 2),
                       "transpose: axis 2 does not exist in a tensor of rank 2; try -2 to 1",
                       ShapeError);
  CHECK_THROWS_WITH_AS(permute(x, {0, 0}),
                       "permute: order [0, 0] names axis 0 twice; each must come once", ShapeError);
  CHECK_THROWS_WITH_AS(permute(x, {0}), "permute: order [0] must name each axis of [2, 3] once",
                       ShapeError);
  CHECK_THROWS_WITH_AS(slice(x, 0, 0, 1, 0), "slice: step 0; try 1 or more", ShapeError);
  CHECK_THROWS_WITH_AS(slice(x, 2, 0, 1),
                       "slice: axis 2 does not exist in a tensor of rank 2; try -2 to 1",
                       ShapeError);
  CHECK_THROWS_WITH_AS(
      squeeze(x, 1),
      "squeeze: axis 1 of [2, 3] has length 3; only a length of 1 can go, try slice first",
      ShapeError);
  CHECK_THROWS_WITH_AS(expand(x, {3, 3}),
                       "expand: [2, 3] does not repeat to [3, 3]: aligned at the last axis, "
                       "lengths must be equal or 1; try reshape or unsqueeze",
                       ShapeError);
  CHECK_THROWS_WITH_AS(
      sum_to(x, {2}),
      "sum_to: [2, 3] is no repetition of [2]: aligned at the last axis, lengths must be "
      "equal or 1; try keepdim or reshape",
      ShapeError);
}
