#include <doctest/doctest.h>

#include <autograd/check.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/matmul.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <tests/operations.hpp>

using namespace ebb;

namespace {

Variable squared_product(std::span<const Variable> x) { return square(matmul(x[0], x[1])); }

void check_product(const Shape& a, const Shape& b) {
  CAPTURE(text(a, " times ", b));
  CHECK_NOTHROW(check_gradients(squared_product, {draw({-1, 1}, a), draw({-1, 1}, b, 1)},
                                {.order = 2, .elements = 5}));
}

}  // namespace

TEST_CASE("matmul: first and second derivatives of every kind of shape") {
  for (const std::int64_t m : {1, 2, 5})
    for (const std::int64_t k : {1, 3})
      for (const std::int64_t n : {1, 4}) check_product({m, k}, {k, n});
  check_product({0, 3}, {3, 2});
  check_product({2, 0}, {0, 3});
}

TEST_CASE("matmul: derivatives of batches, and of a factor that a batch repeats") {
  check_product({3, 2, 4}, {3, 4, 2});
  check_product({3, 2, 4}, {4, 2});
  check_product({2, 4}, {3, 4, 2});
  check_product({2, 1, 2, 3}, {4, 3, 2});
  check_product({1, 2, 3}, {4, 3, 2});
}

TEST_CASE("matmul: derivatives through transposed, strided and repeated factors") {
  const auto f = [](auto x) {
    const Variable even = slice(x[1], 0, 0, 6, 2), odd = slice(x[1], 0, 1, 6, 2);
    return square(matmul(transpose(x[0]), even) + matmul(expand(x[2], {2, 3}), odd));
  };
  const Tensor stored_by_column = transpose(draw({-1, 1}, {4, 6}, 1));
  check_gradients(f, {draw({-1, 1}, {3, 2}), stored_by_column, draw({-1, 1}, {3}, 2)},
                  {.order = 2});
}

TEST_CASE("matmul: a product with itself has both gradients") {
  check_gradients([](auto x) { return matmul(x[0], x[0]); }, {draw({-1, 1}, {3, 3})}, {.order = 2});
  check_gradients([](auto x) { return matmul(transpose(x[0]), x[0]); }, {draw({-1, 1}, {4, 2})},
                  {.order = 2});
}

TEST_CASE("matmul: float32 gradients are the products that one would write") {
  const Variable a = leaf(from_vector<float>({1, 2, 3, 4}, {2, 2}));
  const Variable b = leaf(from_vector<float>({5, 6, 7, 8}, {2, 2}));
  const auto [da, db] = gradients(sum(matmul(a, b)), {a, b});
  CHECK(da.value().to_vector<float>() == std::vector<float>{11, 15, 11, 15});
  CHECK(db.value().to_vector<float>() == std::vector<float>{4, 4, 6, 6});
}

TEST_CASE("matmul, linear: a constant factor gets no edge") {
  const Variable x = ones({2, 3}), weight = leaf(ones({4, 3})), bias = leaf(ones({4}));
  CHECK(matmul(x, transpose(weight)).node()->edges.size() == 1);
  CHECK(linear(x, weight, bias).node()->edges.size() == 2);
  CHECK_FALSE(linear(x, weight.value(), bias.value()).wants_gradient());
}

TEST_CASE("linear: first and second derivatives, leading axes and none") {
  for (const Shape& shape : {Shape{5, 3}, Shape{2, 2, 3}, Shape{3}, Shape{0, 3}}) {
    CAPTURE(text(shape));
    const auto f = [](auto x) { return square(linear(x[0], x[1], x[2])); };
    CHECK_NOTHROW(
        check_gradients(f, {draw({-1, 1}, shape), draw({-1, 1}, {4, 3}, 1), draw({-1, 1}, {4}, 2)},
                        {.order = 2, .elements = 5}));
  }
}

TEST_CASE("linear: its gradients are those of matmul and an addition") {
  const Variable x = leaf(draw({-1, 1}, {5, 3})), weight = leaf(draw({-1, 1}, {4, 3}, 1)),
                 bias = leaf(draw({-1, 1}, {4}, 2));
  const Variable dy = draw({-1, 1}, {5, 4}, 3);
  const auto fused = gradients(linear(x, weight, bias), {x, weight, bias}, {.seed = dy});
  const auto plain =
      gradients(matmul(x, transpose(weight)) + bias, {x, weight, bias}, {.seed = dy});
  for (std::size_t i = 0; i < 3; ++i) {
    const auto a = fused[i].value().to_vector<double>(), b = plain[i].value().to_vector<double>();
    REQUIRE(a.size() == b.size());
    for (std::size_t j = 0; j < a.size(); ++j) CHECK(a[j] == doctest::Approx(b[j]).epsilon(1e-13));
  }
}

TEST_CASE("matmul, linear: bad use says the same on Variables as on tensors") {
  const Variable x = leaf(zeros({2, 3}));
  CHECK_THROWS_WITH_AS(
      matmul(x, x),
      "matmul: [2, 3] times [2, 3] does not fit: want [..., m, k] and [..., k, n]; "
      "try transpose",
      ShapeError);
  CHECK_THROWS_WITH_AS(
      linear(x, Variable(zeros({4, 2})), Variable(zeros({4}))),
      "linear: input [2, 3] does not fit weight [4, 2]: the last axis must be 2, try reshape",
      ShapeError);
}
