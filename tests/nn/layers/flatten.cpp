#include <doctest/doctest.h>

#include <autograd/gradients.hpp>
#include <autograd/reduce.hpp>
#include <nn/layers/flatten.hpp>
#include <nn/sequential.hpp>
#include <tests/support.hpp>

using namespace ebb;

TEST_CASE("flatten: all axes but the first become one, in row-major order") {
  const Tensor x = reshape(arange(24), {2, 1, 3, 4});
  const Tensor y = nn::flatten(x).value();
  CHECK(y.shape() == Shape{2, 12});
  CHECK(y.to_vector<float>() == x.to_vector<float>());
  CHECK(y.storage() == x.storage());
  CHECK(nn::flatten(zeros({0, 2, 5})).shape() == Shape{0, 10});
}

TEST_CASE("flatten: what is flat already stays as it is, and nothing is recorded for it") {
  for (const Shape& shape : {Shape{2, 3}, Shape{3}, Shape{}}) {
    const Variable x = leaf(zeros(shape));
    CHECK(nn::flatten(x).node() == x.node());
    CHECK(nn::flatten(x).shape() == shape);
  }
}

TEST_CASE("flatten: its derivative has the shape of the input") {
  const Variable x = leaf(ones({2, 2, 3}));
  const auto [dx] = gradients(sum(nn::flatten(x)), {x});
  CHECK(dx.shape() == Shape{2, 2, 3});
  CHECK(dx.value().to_vector<float>() == std::vector<float>(12, 1));
}

TEST_CASE("flatten: as a layer it stands in a Sequential") {
  const nn::Sequential net{nn::Flatten{}};
  CHECK(net(zeros({5, 3, 8, 8})).shape() == Shape{5, 192});
}

TEST_CASE("unflatten: an axis becomes several, a view") {
  const Tensor x = reshape(arange(24), {2, 12});
  const Tensor y = nn::unflatten(x, 1, {3, -1, 2}).value();
  CHECK(y.shape() == Shape{2, 3, 2, 2});
  CHECK(y.storage() == x.storage());
  CHECK(nn::unflatten(x, -2, {1, 2}).shape() == Shape{1, 2, 12});
  CHECK(nn::unflatten(zeros({0, 4}), 1, {2, 2}).shape() == Shape{0, 2, 2});
  CHECK(nn::unflatten(zeros({2, 0}), 1, {0, 2}).shape() == Shape{2, 0, 2});
  const nn::Sequential net{nn::Flatten{}, nn::Unflatten{1, {2, -1}}};
  CHECK(net(zeros({5, 3, 8, 8})).shape() == Shape{5, 2, 96});
  const Variable v = leaf(ones({2, 6}));
  const auto [dx] = gradients(sum(nn::unflatten(v, 1, {2, 3})), {v});
  CHECK(dx.shape() == Shape{2, 6});
}

TEST_CASE("unflatten: lengths that do not fill the axis are refused") {
  CHECK(
      message_of([] {
        return nn::unflatten(zeros({2, 12}), 1, {5, -1});
      }) ==
      "unflatten: axis 1 of [2, 12] into [5, -1]; the lengths must multiply to 12, try one of -1");
  CHECK_THROWS_AS(nn::unflatten(zeros({2, 12}), 1, {-1, -1}), ShapeError);
  CHECK_THROWS_AS(nn::unflatten(zeros({2, 12}), 2, {12}), ShapeError);
  CHECK_THROWS_AS(nn::unflatten(zeros({2, 12}), 1, {-3, -4}), ShapeError);
}
