#include <doctest/doctest.h>

#include <autograd/check.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <tests/array_operations.hpp>
#include <tests/autograd/gradient.hpp>
#include <tests/tensor/by_hand.hpp>

using namespace ebb;

namespace {

// f of all that stands along the axes, for each place of the others.
Array reduced(const Array& x, const Axes& axes, bool keepdim, double (*f)(const Doubles&)) {
  const Reduction over = reduction("twin", x.shape, axes);
  Array y(over.kept, by_hand(from_vector(x.elements, x.shape), axes, f));
  for (int i = over.axes.rank(); !keepdim && i-- > 0;)
    y.shape.erase(static_cast<int>(over.axes[i]));
  return y;
}

// x - log Σ exp(x) along the axes, or exp of it.
Array normalized(const Array& x, const Axes& axes, bool logarithm) {
  const Array logs = reduced(x, axes, true, log_of_sum);
  Array y(x.shape);
  for (const Shape& place : places(x.shape)) {
    const double value = x.at(place) - logs.at(within(logs.shape, place));
    y.at(place) = logarithm ? value : std::exp(value);
  }
  return y;
}

struct Named {
  std::string name;
  Variable (*function)(V x, const Axes& axes, bool keepdim);
  double (*twin)(const Doubles&);  // none: the logarithm, or not, of a normalized exponential
};
// clang-format off
const Named reductions[] = {
    {"sum", sum, sum_of},
    {"mean", mean, mean_of},
    {"var", [](V x, const Axes& axes, bool keep) { return var(x, axes, 1, keep); }, var_of},
    {"var by n - 1.3", [](V x, const Axes& axes, bool keep) { return var(x, axes, 1.3, keep); },
     [](const Doubles& x) { const auto n = static_cast<double>(x.size()); return var_of(x) * (n - 1) / (n - 1.3); }},
    {"std", [](V x, const Axes& axes, bool keep) { return ebb::std(x, axes, 1, keep); }, [](const Doubles& x) { return std::sqrt(var_of(x)); }},
    {"std by n", [](V x, const Axes& axes, bool keep) { return ebb::std(x, axes, 0, keep); },
     [](const Doubles& x) { const auto n = static_cast<double>(x.size()); return std::sqrt(var_of(x) * (n - 1) / n); }},
    {"amax", amax, max_of},
    {"amin", amin, min_of},
    {"logsumexp", logsumexp, log_of_sum},
    {"softmax", [](V x, const Axes& axes, bool) { return softmax(x, axes); }, nullptr},
    {"log_softmax", [](V x, const Axes& axes, bool) { return log_softmax(x, axes); }, nullptr},
};
// clang-format on

ArrayOperation reduction_row(const Named& named, const Shape& shape, const Axes& axes,
                             bool keepdim = false) {
  ArrayOperation row = {
      .name = text(named.name, " of ", shape, " over ", axes, keepdim ? ", kept" : ""),
      .function = [=](X x) { return named.function(x[0], axes, keepdim); },
      .inputs = {{shape}},
      .twin = [=](const Arrays& x) { return reduced(x[0], axes, keepdim, named.twin); },
      .roundings = 40,  // sums of 24 elements and a few functions
      .integers = named.twin == sum_of || named.twin == max_of || named.twin == min_of};
  if (named.name.starts_with("std")) row.roundings = 400;  // of differences that cancel
  if (!named.twin)
    row.twin = [axes, logarithm = named.name == "log_softmax"](const Arrays& x) {
      return normalized(x[0], axes, logarithm);
    };
  return row;
}

Variable spread(V reduced, X x) { return expand(unsqueeze(reduced, 1), x[0].shape()); }
Variable deviation(X x, int axis = 1) { return x[0] - mean(x[0], axis, true); }

// What goes wrong over the rows of a square, so that a wrong axis has the right shape.
// clang-format off
const std::pair<std::string, WrongRule> wrong_rules[] = {
    {"sum", {"spread along the wrong axis", [](X x, V, V dy) { return expand(dy, x[0].shape()); }}},
    {"mean", {"not divided", [](X x, V, V dy) { return spread(dy, x); }}},
    {"mean", {"divided by all elements", [](X x, V, V dy) { return spread(dy / 9, x); }}},
    {"var", {"the mean not subtracted", [](X x, V, V dy) { return spread(dy, x) * x[0]; }}},
    {"var", {"divided by n in place of n - 1", [](X x, V, V dy) { return spread(2 * dy / 3, x) * deviation(x); }}},
    {"var", {"the mean of the other axis", [](X x, V, V dy) { return spread(dy, x) * deviation(x, 0); }}},
    {"var", {"the mean kept as a number", [](X x, V, V dy) { return spread(dy, x) * (x[0] - constant(mean(x[0], 1, true))); }, 0, 2}},
    {"std", {"not divided by itself", [](X x, V, V dy) { return spread(dy, x) * deviation(x) / 2; }}},
    {"std", {"itself kept as a number", [](X x, V y, V dy) { return spread(dy / constant(y), x) * deviation(x) / 2; }, 0, 2}},
    {"amax", {"everybody gets it", [](X x, V, V dy) { return spread(dy, x); }}},
    {"amin", {"the largest gets it", [](X x, V, V dy) { return spread(dy, x) * (x[0] == amax(x[0], 1, true)); }}},
    {"logsumexp", {"not normalized", [](X x, V, V dy) { return spread(dy, x) * exp(x[0]); }}},
    {"softmax", {"missing sum", [](X, V y, V dy) { return y * dy; }}},
    {"softmax", {"the sum over the wrong axis", [](X, V y, V dy) { return y * (dy - sum(dy * y, 0, true)); }}},
    {"softmax", {"the output kept as a number", [](X, V y, V dy) { return constant(y) * (dy - sum(dy * constant(y), 1, true)); }, 0, 2}},
    {"log_softmax", {"the logarithm in place of its exponential", [](X, V y, V dy) { return dy - y * sum(dy, 1, true); }}},
};
// clang-format on

// (Σ |x|^p)^(1/p); p as the name of a row.
template <int tenths>
double norm_of(const Doubles& x) {
  double sum = 0;
  for (const double value : x) sum += std::pow(std::abs(value), tenths / 10.0);
  return std::pow(sum, 10.0 / tenths);
}
double largest_of(const Doubles& x) { return std::max(max_of(x), -min_of(x)); }

void add_norms(std::vector<ArrayOperation>& rows) {
  const std::pair<double, double (*)(const Doubles&)> norms[] = {
      {2, norm_of<20>}, {1, norm_of<10>},   {0.5, norm_of<5>},     {1.5, norm_of<15>},
      {3, norm_of<30>}, {-1, norm_of<-10>}, {INFINITY, largest_of}};
  for (const auto& [p, twin] : norms)
    for (const Axes& axes : {Axes{}, Axes{1}, Axes{0, -1}}) {
      const auto function = [](double power) {
        return [power](V x, const Axes& over, bool keep) { return norm(x, power, over, keep); };
      };
      ArrayOperation row = reduction_row({"norm", nullptr, twin}, {3, 2, 4}, axes);
      row.name = text("norm ", p, " over ", axes);
      row.function = [f = function(p), axes](X x) { return f(x[0], axes, false); };
      row.roundings = p > 0 && p < 1 ? 4000 : 400;  // powers of sums
      row.inputs[0].low = 0.25;                     // far from the kink at 0
      rows.push_back(row);
    }
  ArrayOperation& mutant =
      rows.emplace_back(reduction_row({"norm", nullptr, norm_of<20>}, {3, 3}, 1));
  mutant.function = [](X x) { return norm(x[0], 2, 1); };
  mutant.wrong_rules = {
      {"not divided by itself", [](X x, V, V dy) { return spread(dy, x) * x[0]; }},
      {"itself kept as a number", [](X x, V y, V dy) { return spread(dy / constant(y), x) * x[0]; },
       0, 2}};
  ArrayOperation& cubic =
      rows.emplace_back(reduction_row({"norm", nullptr, norm_of<30>}, {3, 3}, 1));
  cubic.function = [](X x) { return norm(x[0], 3, 1); };
  cubic.roundings = 400;
  cubic.wrong_rules = {{"without the sign",
                        [](X x, V y, V dy) { return spread(dy / square(y), x) * square(x[0]); }}};
}

}  // namespace

std::vector<ArrayOperation> reduce_rows() {
  std::vector<ArrayOperation> rows;
  for (const Named& named : reductions) {
    bool keepdim = false;
    for (const Axes& axes : {Axes{}, Axes{0}, Axes{-1}, Axes{1}, Axes{0, -2}, Axes{2, 0}})
      rows.push_back(reduction_row(named, {3, 2, 4}, axes, keepdim = !keepdim));
    for (const std::size_t from_end : {5, 4}) rows[rows.size() - from_end].large = {{1024, 20, 25}};
    rows.push_back(reduction_row(named, {3, 3}, 1));
    for (const auto& [name, wrong] : wrong_rules)
      if (name == named.name) rows.back().wrong_rules.push_back(wrong);
    if (named.name.starts_with("var") || named.name.starts_with("std"))
      continue;  // one element has no deviation to divide by 0
    rows.push_back(reduction_row(named, {}, {}));
    rows.push_back(reduction_row(named, {1, 1}, {}));
  }
  add_norms(rows);
  rows.push_back(reduction_row(reductions[0], {0, 3}, 0));
  rows.push_back(reduction_row(reductions[9], {2, 0, 3}, 1));
  for (const int extreme : {6, 7}) {
    ArrayOperation& ties = rows.emplace_back(reduction_row(reductions[extreme], {4}, 0));
    ties.inputs[0].values = {0.5, extreme == 6 ? 1.5 : -2, extreme == 6 ? 1.5 : -2, 1};
    ties.order = 1;
    ties.wrong_rules = {
        {"each of the equals gets all", [](X x, V y, V dy) { return dy * (x[0] == y); }}};
  }
  return rows;
}

TEST_CASE("amax, amin: equals share the gradient") {
  const Variable x = leaf(from_vector<double>({1, 4, 4, 2, 0, 0, 0, 9}, {2, 4}));
  const Tensor weights = from_vector<double>({6, 60});
  CHECK(gradient(sum(amax(x, {1}) * weights), x) == Doubles{0, 3, 3, 0, 0, 0, 0, 60});
  CHECK(gradient(sum(amin(x, {1}) * weights), x) == Doubles{6, 0, 0, 0, 20, 20, 20, 0});
  CHECK(gradient(amax(x), x) == Doubles{0, 0, 0, 0, 0, 0, 0, 1});
}

TEST_CASE("amax, amin: where the result is NaN, its gradients are, and no others") {
  const Variable x = leaf(from_vector<double>({1, NAN, 4, -INFINITY, 2, INFINITY}, {2, 3}));
  for (const bool largest : {true, false}) {
    const Variable y = largest ? amax(x, {1}) : amin(x, {1});
    const Variable dy = leaf(from_vector<double>({0, -2}));
    const Variable dx = gradients(y, {x}, {.create_graph = true, .seed = dy})[0];
    const Doubles found = dx.value().to_vector<double>();
    for (int i = 0; i < 3; ++i) CHECK(std::isnan(found[i]));
    CHECK(Doubles(found.begin() + 3, found.end()) ==
          (largest ? Doubles{0, 0, -2} : Doubles{-2, 0, 0}));
    const Tensor seed = ones({2, 3}, DType::float64);
    const Doubles again =
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
  const Doubles dx = gradient(sum(logsumexp(x, 1)), x);
  for (std::size_t i = 0; i < 4; ++i) CHECK(std::isnan(dx[i]));
  CHECK(dx[4] == 0);
  CHECK(dx[5] == 1);
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

TEST_CASE("reductions: bad axes say the same on Variables as on tensors") {
  const Variable x = leaf(zeros({2, 3}));
  for (const Named& named : reductions) {
    const std::string name = named.name.substr(0, named.name.find(' '));
    CHECK_THROWS_WITH_AS(
        named.function(x, {2}, false),
        (name + ": axis 2 does not exist in a tensor of rank 2; try -2 to 1").c_str(), ShapeError);
    CHECK_THROWS_WITH_AS(named.function(x, {0, -2}, false),
                         (name + ": axes [0, -2] name axis 0 twice; name it once").c_str(),
                         ShapeError);
  }
  CHECK_THROWS_WITH_AS(var(x, 1, NAN), "var: correction nan; try 0 or 1", Error);
  CHECK_THROWS_WITH_AS(amax(leaf(zeros({0, 3}))),
                       "amax: [0, 3] has no elements to choose from; it needs at least one",
                       ShapeError);
}
