#include <doctest/doctest.h>

#include <autograd/check.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/matmul.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <cmath>
#include <nn/layers/activations.hpp>
#include <nn/layers/linear.hpp>
#include <nn/losses.hpp>
#include <nn/sequential.hpp>
#include <regex>
#include <tests/operations.hpp>

using namespace ebb;

namespace {

// An operation of a user's own: x³, with a factor to spoil its rule by. Its rule is written in
// differentiable operations, so it has a second derivative.
Variable cube(const Variable& x, double factor = 3) {
  return record(
      "cube", x.value() * x.value() * x.value(),
      Wrt{x, [factor, x = saved(x)](const Variable& dy) { return factor * dy * square(x); }});
}

std::string verdict(const Function& f, const std::vector<Tensor>& at,
                    const CheckOptions& options = {}) {
  try {
    check_gradients(f, at, options);
    return "passed";
  } catch (const GradientError& error) {
    return error.what();
  }
}

// With the numbers left out.
std::string verdict_on(const Function& f, const std::vector<Tensor>& at,
                       const CheckOptions& options = {}) {
  const std::regex number("(is|give|difference) -?[0-9.e+-]+");
  return std::regex_replace(verdict(f, at, options), number, "$1 N");
}

// x² with a slope that is wrong by 0.1 for one element.
Variable spoiled_square(const Variable& x, std::int64_t place) {
  Tensor bump = zeros(x.shape(), DType::float64);
  bump.writable_data<double>()[place] = 0.1;
  return record("square", square(x.value()), Wrt{x, [bump, x = saved(x)](const Variable& dy) {
                                                   return dy * (2 * x + Variable(bump));
                                                 }});
}

}  // namespace

TEST_CASE("check_gradients: a user's own operation, to the third order") {
  check_gradients([](auto x) { return cube(x[0]); }, {draw({-2, 2}, {3, 4})}, {.order = 3});
  check_gradients([](auto x) { return cube(tanh(x[0] * x[1])); },
                  {draw({-2, 2}, {3, 1}), draw({-2, 2}, {4}, 1)}, {.order = 2});
}

TEST_CASE("check_gradients: the message says order, place, and both values") {
  const Tensor fine = ones({2, 3}, DType::float64), wrong = draw({1, 2}, {2, 3});
  const auto f = [](auto x) { return x[0] + spoiled_square(x[1], x[1].count() - 1); };
  CHECK(verdict_on(f, {fine, wrong}) ==
        "check_gradients: in order 1 for element [1, 2] of input 1 the derivative is N but finite "
        "differences give N (allowed difference N); is a factor, a sign or a sum missing in a "
        "rule?");
  CHECK(verdict_on(f, {fine, full({}, 2, DType::float64)}) ==
        "check_gradients: in order 1 for element [] of input 1 the derivative is N but finite "
        "differences give N (allowed difference N); is a factor, a sign or a sum missing in a "
        "rule?");
  CHECK(verdict_on(f, {fine, wrong}, {.elements = 0}) ==
        "check_gradients: in order 1 along a random direction the derivative is N but finite "
        "differences give N (allowed difference N); is a factor, a sign or a sum missing in a "
        "rule?");
  // Its first derivative is right; the slope is kept as a number, so the second is not.
  const auto second = [](auto x) {
    return record("square", square(x[0].value()), Wrt{x[0], [x = x[0].value()](const Variable& dy) {
                                                        return dy * Variable(2 * x);
                                                      }});
  };
  const Tensor point = full({1}, 1.5, DType::float64);
  CHECK(verdict(second, {point}) == "passed");
  CHECK(verdict_on(second, {point}, {.order = 2}) ==
        "check_gradients: in order 2 for element [0] of input 0 the derivative is N but finite "
        "differences give N (allowed difference N); is a factor, a sign or a sum missing in a "
        "rule?");
}

TEST_CASE("check_gradients: one wrong element among ten thousand is found along a direction") {
  const auto f = [](auto x) { return spoiled_square(x[0], 7777); };
  CHECK(verdict_on(f, {draw({1, 2}, {10000})}, {.elements = 4})
            .starts_with("check_gradients: in order 1 along a random direction"));
}

TEST_CASE("check_gradients: errors that add up to nothing are found") {
  // Each element's gradient goes to its neighbor: the sum over all is right.
  const auto f = [](auto x) {
    return record("mutant", 2 * x[0].value(), Wrt{x[0], [](const Variable& dy) {
                                                    return 2 * reshape(transpose(dy), dy.shape());
                                                  }});
  };
  CHECK(verdict(f, {draw({1, 2}, {2, 3})}) != "passed");
}

TEST_CASE("check_gradients: a derivative that is infinite is not near any other") {
  const auto f = [](auto x) { return cube(x[0], HUGE_VAL); };
  CHECK(verdict(f, {draw({1, 2}, {1})}) != "passed");
}

TEST_CASE("check_gradients: the options are heeded, and the verdict does not change") {
  const Tensor x = draw({1, 2}, {4});
  const auto slightly = [](auto in) { return cube(in[0], 3.0003); };
  CHECK(verdict(slightly, {x}) != "passed");
  CHECK(verdict(slightly, {x}) == verdict(slightly, {x}));
  CHECK(verdict(slightly, {x}, {.seed = 2}) != verdict(slightly, {x}));
  CHECK(verdict(slightly, {x}, {.tolerance = 1e-3}) == "passed");
  CHECK(verdict(slightly, {x}, {.directions = 0, .elements = 0}) == "passed");
}

TEST_CASE("check_gradients: what depends on nothing, no elements, no inputs") {
  const auto constant = [](auto) { return Variable(ones({2}, DType::float64)); };
  check_gradients(constant, {draw({1, 2}, {3})}, {.order = 2});
  check_gradients(constant, {}, {.order = 2});
  check_gradients([](auto x) { return square(x[0]); }, {zeros({0, 3}, DType::float64)},
                  {.order = 2});
}

TEST_CASE("check_gradients: a module, with respect to its input and to its weights") {
  nn::Sequential model{nn::Linear{3, 4}, nn::Tanh{}, nn::Linear{4, 2}};
  nn::initialize(model, {.seed = 7, .dtype = DType::float64});
  const Tensor target = draw({0, 1}, {5, 2}, 1);
  check_gradients([&](auto x) { return nn::mse_loss(model(x[0]), target); },
                  {draw({-1, 1}, {5, 3})}, {.order = 2});
  const Tensor x = draw({-1, 1}, {5, 3});
  check_gradients([&](auto w) { return nn::mse_loss(tanh(linear(x, w[0], w[1])), target); },
                  {draw({-1, 1}, {2, 3}, 2), draw({-1, 1}, {2}, 3)}, {.order = 2});
}

TEST_CASE("check_gradients: bad use says so") {
  const auto f = [](auto x) { return square(x[0]); };
  CHECK_THROWS_WITH_AS(check_gradients(f, {zeros({2, 3})}),
                       "check_gradients: an input is float32 [2, 3]; finite differences need "
                       "float64, try cast",
                       DTypeError);
  CHECK_THROWS_WITH_AS(check_gradients(f, {zeros({2}, DType::float64)}, {.order = 0}),
                       "check_gradients: order 0; try 1 or 2", Error);
}
