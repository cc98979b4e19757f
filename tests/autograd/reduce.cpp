#include <doctest/doctest.h>

#include <autograd/check.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <tests/operations.hpp>

using namespace ebb;

namespace {

using Reduce = Variable (*)(const Variable& x, const Axes& axes, bool keepdim);

Variable var_1(const Variable& x, const Axes& axes, bool keepdim) {
  return var(x, axes, 1, keepdim);
}
Variable var_0(const Variable& x, const Axes& axes, bool keepdim) {
  return var(x, axes, 0, keepdim);
}

struct Named {
  std::string name;
  Reduce reduce;
  bool ties = false;
};
const Named reductions[] = {
    {"sum", sum},         {"mean", mean},       {"var", var_1},          {"var/n", var_0},
    {"amax", amax, true}, {"amin", amin, true}, {"logsumexp", logsumexp}};

const Axes axes_of_three[] = {{}, {0}, {1}, {2}, {-1}, {0, 1}, {0, 2}, {2, 1}, {0, 1, 2}};

std::vector<double> gradient(const Variable& y, const Variable& x) {
  return gradients(y, {x})[0].value().to_vector<double>();
}
using Values = std::vector<double>;

bool close(const Values& a, const Values& b) {
  bool all = a.size() == b.size();
  for (std::size_t i = 0; all && i < a.size(); ++i) all = std::abs(a[i] - b[i]) <= 1e-12;
  return all;
}

}  // namespace

TEST_CASE("reductions: first and second derivatives over every choice of axes") {
  const Tensor x = draw({-2, 2}, {3, 2, 4});
  for (const Named& named : reductions)
    for (const Axes& axes : axes_of_three)
      for (const bool keepdim : {false, true}) {
        CAPTURE(named.name);
        CAPTURE(text(axes));
        // Squared before and after, so that linear ones have a second derivative, too.
        const auto f = [&](auto v) {
          return square(named.reduce(v[0] + 0.25 * square(v[0]), axes, keepdim));
        };
        CHECK_NOTHROW(check_gradients(f, {x}, {.order = 2, .elements = 4}));
      }
}

TEST_CASE("reductions: derivatives through strided and repeated views") {
  const Tensor x = draw({-2, 2}, {4, 3});
  for (const Named& named : reductions) {
    CAPTURE(named.name);
    const auto strided = [&](auto v) {
      return square(named.reduce(slice(transpose(v[0]), 1, 0, 4, 2), {1}, false));
    };
    CHECK_NOTHROW(check_gradients(strided, {x}, {.order = 2, .elements = 4}));
    if (named.ties) continue;  // repeats would be ties
    const auto repeated = [&](auto v) {
      return square(named.reduce(expand(v[0], {2, 4, 3}), {0, 2}, false));
    };
    CHECK_NOTHROW(check_gradients(repeated, {x}, {.order = 2, .elements = 4}));
  }
}

TEST_CASE("reductions: of a scalar and of one element") {
  for (const Named& named : reductions) {
    if (named.reduce == var_1) continue;  // one element has no deviation to divide by 0
    CAPTURE(named.name);
    const auto f = [&](auto v) { return square(named.reduce(v[0], {}, false)); };
    CHECK_NOTHROW(check_gradients(f, {draw({1, 2}, {})}, {.order = 2}));
    CHECK_NOTHROW(check_gradients(f, {draw({1, 2}, {1, 1})}, {.order = 2}));
  }
}

TEST_CASE("softmax, log_softmax: first and second derivatives along each axis") {
  const Tensor x = draw({-2, 2}, {3, 2, 4});
  for (const int axis : {0, 1, 2, -1, -3}) {
    CAPTURE(axis);
    const auto soft = [&](auto v) { return square(softmax(v[0], axis)); };
    const auto log_soft = [&](auto v) { return square(log_softmax(v[0], axis)); };
    CHECK_NOTHROW(check_gradients(soft, {x}, {.order = 2, .elements = 6}));
    CHECK_NOTHROW(check_gradients(log_soft, {x}, {.order = 2, .elements = 6}));
  }
}

TEST_CASE("amax, amin: equals share the gradient") {
  const Variable x = leaf(from_vector<double>({1, 4, 4, 2, 0, 0, 0, 9}, {2, 4}));
  const Tensor weights = from_vector<double>({6, 60});
  CHECK(gradient(sum(amax(x, {1}) * weights), x) == Values{0, 3, 3, 0, 0, 0, 0, 60});
  CHECK(gradient(sum(amin(x, {1}) * weights), x) == Values{6, 0, 0, 0, 20, 20, 20, 0});
  CHECK(gradient(amax(x), x) == Values{0, 0, 0, 0, 0, 0, 0, 1});
}

TEST_CASE("amax, amin: where the result is NaN, its gradients are, and no others") {
  const Variable x = leaf(from_vector<double>({1, NAN, 4, -INFINITY, 2, INFINITY}, {2, 3}));
  for (const bool largest : {true, false}) {
    const Variable y = largest ? amax(x, {1}) : amin(x, {1});
    const Variable dy = leaf(from_vector<double>({0, -2}));
    const Variable dx = gradients(y, {x}, {.create_graph = true, .seed = dy})[0];
    const Values found = dx.value().to_vector<double>();
    for (int i = 0; i < 3; ++i) CHECK(std::isnan(found[i]));
    CHECK(Values(found.begin() + 3, found.end()) ==
          (largest ? Values{0, 0, -2} : Values{-2, 0, 0}));
    const Tensor seed = ones({2, 3}, DType::float64);
    const Values again =
        gradients(dx, {dy}, {.seed = Variable(seed)})[0].value().to_vector<double>();
    CHECK(again[1] == 1);
  }
}

TEST_CASE("logsumexp, softmax: gradients stay finite at large and infinite inputs") {
  constexpr double inf = INFINITY;
  const Variable x = leaf(from_vector<double>({1000, 1000, -1000, -inf}));
  CHECK(close(gradient(logsumexp(x), x), {0.5, 0.5, 0, 0}));
  CHECK(close(gradient(slice(log_softmax(x), 0, 0, 1), x), {0.5, -0.5, 0, 0}));
  CHECK(close(gradient(slice(softmax(x), 0, 0, 1), x), {0.25, -0.25, 0, 0}));
}

TEST_CASE("logsumexp, softmax, log_softmax: large logits have the gradients of their differences") {
  for (const DType dtype : {DType::float32, DType::float64})
    for (const double large : {1e8, 1e30, -1e8})
      for (const std::int64_t n : {2, 40, 3000})
        for (const int axis : {0, 1}) {
          CAPTURE(text(dtype, " ", large, " ", n, " ", axis));
          const Variable x = leaf(full(axis == 0 ? Shape{n, 2} : Shape{2, n}, large, dtype));
          const auto differs = [&](const Variable& y, double expected, double first) {
            const Tensor dx = gradients(y, {x})[0].value();
            const std::vector<double> all = cast(dx, DType::float64).to_vector<double>();
            double worst = std::abs(all[0] - first);
            for (std::size_t i = 1; i < all.size(); ++i)  // the other elements of the first group
              if (axis == 0 ? i % 2 == 0 : i < static_cast<std::size_t>(n))
                worst = std::max(worst, std::abs(all[i] - expected));
            return worst;
          };
          const double p = 1 / static_cast<double>(n);
          CHECK(differs(sum(logsumexp(x, axis)), p, p) < 1e-6);
          const Variable first = slice(slice(log_softmax(x, axis), 0, 0, 1), 1, 0, 1);
          CHECK(differs(sum(first), -p, 1 - p) < 1e-6);
          const Variable chosen = slice(slice(softmax(x, axis), 0, 0, 1), 1, 0, 1);
          CHECK(differs(sum(chosen), -p * p, p - p * p) < 1e-6);
        }
}

TEST_CASE("logsumexp: its gradient is softmax, NaN for -infinity alone and beside infinity") {
  constexpr double inf = INFINITY;
  const Variable x = leaf(from_vector<double>({-inf, -inf, inf, 2, -inf, 2}, {3, 2}));
  const Values dx = gradient(sum(logsumexp(x, 1)), x);
  for (std::size_t i = 0; i < 4; ++i) CHECK(std::isnan(dx[i]));
  CHECK(dx[4] == 0);
  CHECK(dx[5] == 1);
}

TEST_CASE("softmax, log_softmax: derivatives over several axes") {
  const Tensor x = draw({-2, 2}, {3, 2, 4});
  for (const Axes& axes : axes_of_three) {
    CAPTURE(text(axes));
    const auto soft = [&](auto v) { return square(softmax(v[0], axes)); };
    const auto log_soft = [&](auto v) { return square(log_softmax(v[0], axes)); };
    CHECK_NOTHROW(check_gradients(soft, {x}, {.order = 2, .elements = 4}));
    CHECK_NOTHROW(check_gradients(log_soft, {x}, {.order = 2, .elements = 4}));
  }
}

TEST_CASE("var: any correction has its derivative") {
  const Tensor x = draw({-2, 2}, {3, 4});
  const auto f = [](auto v) { return var(v[0], 1, 1.3); };
  CHECK_NOTHROW(check_gradients(f, {x}, {.order = 2}));
  CHECK_THROWS_WITH_AS(var(leaf(x), 1, -2), "var: correction -2; try 0 or more", Error);
}

TEST_CASE("reductions: one axis needs no list") {
  const Variable x = leaf(from_vector<double>({1, 2, 3, 4}, {2, 2}));
  CHECK(sum(x, 1).value().to_vector<double>() == Values{3, 7});
  CHECK(mean(x, -1, true).shape() == Shape{2, 1});
  CHECK(gradient(sum(amax(x, 0)), x) == Values{0, 0, 1, 1});
  CHECK(gradient(sum(sum(x, {})), x) == Values{1, 1, 1, 1});
}

TEST_CASE("argmax: is a constant") {
  const Variable x = leaf(from_vector<double>({1, 4, 2}));
  const Tensor place = argmax(x, 0);
  CHECK(place.dtype() == DType::int32);
  CHECK(place.item() == 1);
}

TEST_CASE("var: of too few elements it is no number, and so is its gradient") {
  for (const std::int64_t count : {1, 2}) {
    const Variable x = leaf(ones({count}, DType::float64));
    const Variable y = var(x, {}, 2);
    CHECK(std::isnan(y.item()));
    for (const double slope : gradient(y, x)) CHECK(std::isnan(slope));
  }
}

TEST_CASE("reductions: of nothing") {
  const Variable x = leaf(zeros({0, 3}, DType::float64));
  CHECK(sum(x, {0}).value().to_vector<double>() == Values{0, 0, 0});
  CHECK(gradients(sum(x), {x})[0].shape() == Shape{0, 3});
  CHECK_THROWS_WITH_AS(
      amax(x), "amax: [0, 3] has no elements to choose from; it needs at least one", ShapeError);
}

TEST_CASE("reductions: bad axes say the same on Variables as on tensors") {
  const Variable x = leaf(zeros({2, 3}));
  for (const Named& named : reductions) {
    const std::string name = named.name.substr(0, named.name.find('/'));
    CHECK_THROWS_WITH_AS(
        named.reduce(x, {2}, false),
        (name + ": axis 2 does not exist in a tensor of rank 2; try -2 to 1").c_str(), ShapeError);
    CHECK_THROWS_WITH_AS(named.reduce(x, {0, -2}, false),
                         (name + ": axes [0, -2] name axis 0 twice; name it once").c_str(),
                         ShapeError);
  }
  CHECK_THROWS_WITH_AS(softmax(x, 2),
                       "softmax: axis 2 does not exist in a tensor of rank 2; try -2 to 1",
                       ShapeError);
  CHECK_THROWS_WITH_AS(log_softmax(x, -3),
                       "log_softmax: axis -3 does not exist in a tensor of rank 2; try -2 to 1",
                       ShapeError);
}
