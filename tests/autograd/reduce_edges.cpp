// Where reductions have no derivative, or one by convention.
#include <doctest/doctest.h>

#include <autograd/reduce.hpp>
#include <tests/autograd/gradient.hpp>

using namespace ebb;

using Doubles = std::vector<double>;

// PyTorch's gradients.
TEST_CASE("norm, std: where they or an element is 0, so is the gradient, of second order too") {
  const Variable zero = leaf(zeros({3}, DType::float64));
  const Variable x = leaf(from_vector<double>({3, 0, -4, 1}));
  for (const double p : {0.0, 0.5, 1.0, 1.5, 2.0, 3.0, double{INFINITY}, -double{INFINITY}}) {
    const Variable y = norm(zero, p);
    if (p == 0) continue;  // a count has no gradient
    const Variable dx = gradients(y, {zero}, {.create_graph = true})[0];
    CHECK(dx.value().to_vector<double>() == Doubles(3, 0));
    if (dx.wants_gradient()) CHECK(gradient(sum(dx), zero) == Doubles(3, 0));
  }
  CHECK_FALSE(norm(x, 0).wants_gradient());
  CHECK(close(gradient(norm(x, 0.5), x),
              {2.732050807568877, 0, -2.3660254037844384, 4.732050807568877}));
  CHECK(close(gradient(norm(x, 1.5), x),
              {0.715325558807779, 0, -0.8259868078717815, 0.41299340393589073}));
  CHECK(close(gradient(norm(x), x),
              {0.5883484054145521, 0, -0.7844645405527362, 0.19611613513818404}));
  CHECK(gradient(norm(x, INFINITY), x) == Doubles{0, 0, -1, 0});
  CHECK(close(gradient(ebb::std(x), x),
              {0.3396831102433787, 0, -0.45291081365783825, 0.11322770341445956}));
  const Variable same = leaf(full({3}, 2, DType::float64));
  CHECK(gradient(ebb::std(same, {}, 0), same) == Doubles(3, 0));
}

TEST_CASE("argmax, argmin, any, all: are constants") {
  const Variable y = leaf(from_vector<double>({1, 0, 4, 2}, {2, 2}));
  CHECK(argmin(y, 1).to_vector<std::int32_t>() == std::vector<std::int32_t>{1, 1});
  CHECK(argmin(y).item() == 1);
  CHECK(argmax(y).item() == 2);
  CHECK(any(y, 0).to_vector<double>() == Doubles{1, 1});
  CHECK(all(y, 0).to_vector<double>() == Doubles{1, 0});
}
