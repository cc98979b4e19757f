#include <doctest/doctest.h>

#include <autograd/gradients.hpp>
#include <autograd/reduce.hpp>
#include <nn/layers/flatten.hpp>
#include <nn/sequential.hpp>

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
