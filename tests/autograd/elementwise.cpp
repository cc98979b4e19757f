// The derivatives of every row of the table of operations, and what they are at kinks and edges.
#include <doctest/doctest.h>

#include <autograd/reduce.hpp>
#include <limits>
#include <tensor/views.hpp>
#include <tests/operations.hpp>

using namespace ebb;

namespace {

// Derivatives are compared where finite differences are exact enough, so on smaller ranges.
Range near(const Range& range) {
  return {std::max(range.low, -3.0), std::min(range.high, 3.0), range.whole};
}

// The row's function of its operands that want a gradient; whole numbers stay constants.
struct Differentiable {
  Function function;
  std::vector<Tensor> at;
};

Differentiable differentiable(const Operation& row, const std::vector<Tensor>& x) {
  std::vector<Variable> all(x.begin(), x.end());
  std::vector<std::size_t> wanted;
  std::vector<Tensor> at;
  for (std::size_t i = 0; i < row.operands; ++i) {
    if (row.ranges[i].whole) continue;
    wanted.push_back(i);
    at.push_back(x[i]);
  }
  return {[&row, all, wanted](std::span<const Variable> inputs) {
            std::vector<Variable> operands = all;
            for (std::size_t i = 0; i < wanted.size(); ++i) operands[wanted[i]] = inputs[i];
            return row.on_variables(operands.data());
          },
          at};
}

// The operands' shapes, in turn: gapless, a scalar, repeated along an axis, transposed, stride 0.
Tensor shaped(const Range& range, std::size_t place, int variant) {
  switch ((variant + 2 * static_cast<int>(place)) % 6) {
    case 0:
      return draw(range, {2, 3}, place);
    case 1:
      return draw(range, {3}, place);
    case 2:
      return draw(range, {}, place);
    case 3:
      return transpose(draw(range, {3, 2}, place));
    case 4:
      return draw(range, {2, 1}, place);
    default:
      return expand(draw(range, {3}, place), {2, 3});
  }
}

std::vector<double> slope_at(const std::function<Variable(const Variable&)>& f,
                             const std::vector<double>& at) {
  const Variable x = leaf(from_vector(at));
  return gradients(f(x), {x}, {.seed = Variable(ones(x.shape(), x.dtype()))})[0]
      .value()
      .to_vector<double>();
}
using Slopes = std::vector<double>;

bool close(const Slopes& a, const Slopes& b) {
  bool all = a.size() == b.size();
  for (std::size_t i = 0; all && i < a.size(); ++i) all = std::abs(a[i] - b[i]) <= 1e-12;
  return all;
}
constexpr double inf = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("elementwise: first and second derivatives, every operation, every layout") {
  for (const Operation& row : operations()) {
    if (row.orders == 0) continue;
    for (int variant = 0; variant < 6; ++variant) {
      CAPTURE(row.name);
      CAPTURE(variant);
      std::vector<Tensor> x;
      for (std::size_t i = 0; i < row.operands; ++i)
        x.push_back(shaped(near(row.ranges[i]), i, variant));
      const Differentiable f = differentiable(row, x);
      CHECK_NOTHROW(
          check_gradients(f.function, f.at, {.order = std::min(row.orders, 2), .elements = 3}));
    }
  }
}

TEST_CASE("elementwise: what has no slope records nothing") {
  int without = 0;
  for (const Operation& row : operations()) {
    if (row.orders == 0) continue;
    std::vector<Variable> x;
    for (std::size_t i = 0; i < row.operands; ++i) x.push_back(leaf(draw(row.ranges[i], {3}, i)));
    CAPTURE(row.name);
    CHECK(row.on_variables(x.data()).wants_gradient() == !row.slopes.empty());
    without += row.slopes.empty();
    for (Variable& operand : x) operand = operand.value();
    CHECK_FALSE(row.on_variables(x.data()).wants_gradient());
  }
  CHECK(without == 9);  // the comparisons, isnan, isinf, isfinite
}

TEST_CASE("elementwise: a float32 gradient is the float64 one, rounded") {
  for (const Operation& row : operations()) {
    if (row.slopes.empty()) continue;
    CAPTURE(row.name);
    std::vector<std::vector<double>> slopes[2];
    for (const DType dtype : {DType::float32, DType::float64}) {
      std::vector<Variable> x, wanted;
      for (std::size_t i = 0; i < row.operands; ++i) {
        const Tensor exact = draw(near(row.ranges[i]), {33}, i, DType::float32);
        x.push_back(leaf(cast(exact, dtype)));
      }
      const Variable y = row.on_variables(x.data());
      const auto found = gradients(y, std::span<const Variable>(x),
                                   {.seed = Variable(ones(y.shape(), y.dtype()))});
      for (const Variable& slope : found) {
        CHECK(slope.dtype() == dtype);
        slopes[dtype == DType::float64].push_back(
            cast(slope.value(), DType::float64).to_vector<double>());
      }
    }
    for (std::size_t i = 0; i < row.operands; ++i)
      for (std::size_t j = 0; j < 33; ++j) {
        const double exact = slopes[1][i][j];
        CHECK(std::abs(slopes[0][i][j] - exact) <= 4e-6 * std::max(1.0, std::abs(exact)));
      }
  }
}

TEST_CASE("elementwise: at a kink relu and abs take the slope 0, clamp the one inside") {
  CHECK(slope_at([](auto& x) { return relu(x); }, {-1, -0.0, 0, 2}) == Slopes{0, 0, 0, 1});
  CHECK(slope_at([](auto& x) { return abs(x); }, {-3, -0.0, 0, 2}) == Slopes{-1, 0, 0, 1});
  CHECK(slope_at([](auto& x) { return clamp(x, -1, 2); }, {-3, -1, 0, 2, 3}) ==
        Slopes{0, 1, 1, 1, 0});
}

TEST_CASE("maximum, minimum: equals share the gradient") {
  for (const bool larger : {true, false}) {
    const Variable a = leaf(from_vector<double>({1, 2, 3, -0.0}));
    const Variable b = leaf(from_vector<double>({2, 2, 2, 0}));
    const Variable y = larger ? maximum(a, b) : minimum(a, b);
    const auto [da, db] = gradients(sum(y * from_vector<double>({1, 10, 100, 1000})), {a, b});
    CHECK(da.value().to_vector<double>() ==
          (larger ? Slopes{0, 5, 100, 500} : Slopes{1, 5, 0, 500}));
    CHECK(db.value().to_vector<double>() ==
          (larger ? Slopes{1, 5, 0, 500} : Slopes{0, 5, 100, 500}));
  }
}

TEST_CASE("elementwise: gradients stay finite where the function saturates") {
  CHECK(slope_at([](auto& x) { return sigmoid(x); }, {-1000, 1000, -inf, inf}) ==
        Slopes{0, 0, 0, 0});
  CHECK(slope_at([](auto& x) { return tanh(x); }, {-1000, 1000, -inf, inf}) == Slopes{0, 0, 0, 0});
  CHECK(slope_at([](auto& x) { return softplus(x); }, {-1000, 1000, -inf, inf}) ==
        Slopes{0, 1, 0, 1});
  CHECK(slope_at([](auto& x) { return expm1(x); }, {-1000, -inf}) == Slopes{0, 0});
  CHECK(slope_at([](auto& x) { return exp(x); }, {-1000, -inf}) == Slopes{0, 0});
  const Variable target = from_vector<double>({1, 0, 1});
  CHECK(slope_at([&](auto& x) { return bernoulli_log_probability(x, target); },
                 {-1000, 1000, 1000}) == Slopes{1, -1, 0});
}

TEST_CASE("pow: the slopes at zero are limits, not NaN") {
  CHECK(close(slope_at([](auto& a) { return pow(a, 0); }, {0, 2}), {0, 0}));
  CHECK(close(slope_at([](auto& a) { return pow(a, 1); }, {0, 2}), {1, 1}));
  CHECK(close(slope_at([](auto& a) { return pow(a, 2); }, {0, -3}), {0, -6}));
  CHECK(close(slope_at([](auto& a) { return pow(a, 3); }, {-2}), {12}));
  CHECK(close(slope_at([](auto& b) { return pow(0.0, b); }, {2, 0.5}), {0, 0}));
  const Variable a = leaf(from_vector<double>({0, 0})), b = leaf(from_vector<double>({2, 3}));
  const auto [da, db] = gradients(sum(pow(a, b)), {a, b}, {.create_graph = true});
  const auto [daa, dab] = gradients(sum(da), {a, b});
  CHECK(daa.value().to_vector<double>() == Slopes{2, 0});
  CHECK(dab.value().to_vector<double>() == Slopes{0, 0});
  CHECK(gradients(sum(db), {b})[0].value().to_vector<double>() == Slopes{0, 0});
}

TEST_CASE("where: a NaN that is not chosen reaches no gradient") {
  const Variable x = leaf(from_vector<double>({0, 4}));
  const Variable y = where(x > 0, sqrt(where(x > 0, x, 1)), 0.0);
  CHECK(gradients(sum(y), {x})[0].value().to_vector<double>() == Slopes{0, 0.25});
  const Variable broken = leaf(from_vector<double>({std::nan(""), inf}));
  const Variable chosen = where(from_vector<double>({0, 1}), broken, x);
  const auto [db, dx] = gradients(sum(chosen), {broken, x});
  CHECK(db.value().to_vector<double>() == Slopes{0, 1});
  CHECK(dx.value().to_vector<double>() == Slopes{1, 0});
}

TEST_CASE("elementwise: plain numbers take part in derivatives on either side") {
  check_gradients(
      [](auto x) { return (1 - x[0] * x[0]) / (2 + x[0]) - 3 * pow(x[0], 2) + pow(2, x[0]); },
      {draw({0.5, 2}, {4})}, {.order = 2});
  check_gradients([](auto x) { return maximum(x[0], 0.25) + minimum(1, x[0]) * where(x[0], 2, 3); },
                  {draw({0.5, 2}, {4})}, {.order = 2});
}

TEST_CASE("elementwise: third derivatives are exact") {
  const Variable x = leaf(from_vector<double>({0.5}));
  Variable y = tanh(x);
  for (int order = 0; order < 3; ++order) y = gradients(y, {x}, {.create_graph = true})[0];
  const double t = std::tanh(0.5), s = 1 - t * t;
  CHECK(y.item() == doctest::Approx(s * (6 * t * t - 2)).epsilon(1e-14));
}

TEST_CASE("reciprocal: one over x, with the derivatives of a quotient") {
  const Variable x = leaf(from_vector<double>({0.5, -4}));
  CHECK(reciprocal(x).value().to_vector<double>() == Slopes{2, -0.25});
  CHECK(slope_at([](auto& at) { return reciprocal(at); }, {0.5, -4}) == Slopes{-4, -0.0625});
}
