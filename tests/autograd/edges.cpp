// Derivatives of every row of the table of operations, of first to third order, at zeros, ties,
// tiny, huge and infinite arguments and NaN: as in mathematics, or as the contract says.
#include <doctest/doctest.h>

#include <limits>
#include <tests/operations.hpp>

using namespace ebb;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

// Every operand takes each of these, beside each of the others. clamp's bounds are -1 and 2.
const std::vector<double> edges = {0,  -0.0, 1e-30, -1e-30, 0.5,      1,    -1,    1.5, 2,    -2, 3,
                                   89, -89,  710,   -710,   16777218, 1e30, -1e30, inf, -inf, NAN};

// One row's operands at all edges, and what of them wants gradients.
template <class T>
class Edges {
 public:
  explicit Edges(const Operation& row) : row_(row) {
    const std::size_t n = edges.size();
    std::size_t count = 1;
    for (std::size_t i = 0; i < row.operands; ++i) count *= n;
    std::size_t repeats = 1;
    for (std::size_t i = 0; i < row.operands; ++i, repeats *= n) {
      std::vector<T> values(count);
      for (std::size_t at = 0; at < count; ++at)
        values[at] = static_cast<T>(edges[at / repeats % n]);
      const Tensor tensor = from_vector(values);
      x_.push_back(row.ranges[i].whole ? Variable(tensor) : leaf(tensor));
      values_.push_back(std::move(values));
    }
    // What arrives is a Variable, too: its derivative is the slope itself.
    inputs_ = {leaf(ones({static_cast<std::int64_t>(count)}, dtype_of<T>))};
    for (const Variable& x : x_)
      if (x.wants_gradient()) inputs_.push_back(x);
  }

  void check() {
    const Variable y = row_.on_variables(x_.data());
    overflows_.assign(values_[0].size(), false);
    note_overflow(y);
    std::vector<Derived> level;
    add(level, y, {}, 0, 1);
    for (int order = 1; order <= row_.orders; ++order) {
      for (const Derived& derived : level) compare(derived);
      for (const Derived& derived : level) note_overflow(derived.value);
      std::vector<Derived> next;
      if (order < row_.orders)
        for (const Derived& derived : level)
          add(next, derived.value, derived.n, derived.arriving, 0);
      level = std::move(next);
    }
  }

 private:
  struct Derived {
    Variable value;
    Orders n;      // derived by each operand
    int arriving;  // and by what arrives
  };

  // The derivatives of y by each input from `first` on.
  void add(std::vector<Derived>& level, const Variable& y, const Orders& n, int arriving,
           std::size_t first) const {
    const Variable seed = first == 1 ? inputs_[0] : Variable(ones(y.shape(), y.dtype()));
    const auto inputs = std::span<const Variable>(inputs_).subspan(first);
    std::vector<Variable> found;
    if (y.wants_gradient())
      found = gradients(y, inputs, {.create_graph = true, .seed = seed});
    else  // a slope that is the same everywhere
      for (const Variable& x : inputs) found.push_back(zeros(x.shape(), x.dtype()));
    for (std::size_t i = 0; i < found.size(); ++i) {
      level.push_back({found[i], n, arriving});
      if (first + i == 0)
        ++level.back().arriving;
      else
        ++level.back().n[x_.size() - inputs_.size() + first + i];
    }
  }

  // Once a value of finite operands is too large, those of higher order need not be finite.
  void note_overflow(const Variable& y) {
    const std::vector<T> found = y.value().to_vector<T>();
    for (std::size_t at = 0; at < found.size(); ++at) {
      bool finite = true;
      for (const std::vector<T>& x : values_) finite = finite && std::isfinite(x[at]);
      if (finite && !std::isfinite(found[at])) overflows_[at] = true;
    }
  }

  void compare(const Derived& derived) const {
    const std::vector<T> found = derived.value.value().template to_vector<T>();
    const Orders& n = derived.n;
    for (std::size_t at = 0; at < found.size(); ++at) {
      Point x = {};
      for (std::size_t i = 0; i < x_.size(); ++i) x[i] = values_[i][at];
      const auto right = derived.arriving > 1 ? 0 : row_.derivative(n, x);
      if (!right || is_near(found[at], *right)) continue;
      const bool several = (n[0] > 0) + (n[1] > 0) + (n[2] > 0) > 1;
      if (overflows_[at] && !std::isfinite(found[at]) && (several || std::isfinite(*right)))
        continue;
      FAIL_CHECK(row_.name << ": order " << n[0] << n[1] << n[2] << " and " << derived.arriving
                           << " at " << values_[0][at] << ", " << values_.back()[at] << ": "
                           << found[at] << ", not " << static_cast<double>(*right));
    }
  }

  static bool is_near(T found, long double right) {
    using Limits = std::numeric_limits<T>;
    if (std::isnan(right)) return std::isnan(found);
    const bool large = std::abs(right) > Limits::max() / 4;  // a factor may be too large before
    if (large && found == std::copysign(INFINITY, right)) return true;
    return std::abs(found - right) <= 2048 * Limits::epsilon() * (1 + std::abs(right));
  }

  const Operation& row_;
  std::vector<Variable> x_, inputs_;
  std::vector<std::vector<T>> values_;
  std::vector<bool> overflows_;
};

}  // namespace

TEST_CASE_TEMPLATE("elementwise: derivatives of order 1 to 3 at every edge", T, float, double) {
  for (const Operation& row : operations()) {
    CAPTURE(row.name);
    CHECK(static_cast<bool>(row.derivative) == !row.slopes.empty());
    if (row.derivative) Edges<T>(row).check();
  }
}
