#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/matmul.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <autograd/sequences/recurrent.hpp>
#include <autograd/views.hpp>
#include <tests/array_operations.hpp>
#include <tests/operations.hpp>
#include <tests/support.hpp>

using namespace ebb;

namespace {

// Unit u of a gate in row b of `x` [batch, n] times a matrix [gates, n] with a bias.
double gate(const Array& x, Shape row, const Array& weight, const Array& bias, std::int64_t place) {
  double sum = bias.at({place});
  for (std::int64_t i = 0; i < weight.shape[1]; ++i) {
    row[row.rank() - 1] = i;
    sum += x.at(row) * weight.at({place, i});
  }
  return sum;
}
double sigma(double x) { return 1 / (1 + std::exp(-x)); }

// The layer of one example and step, unit by unit, from the definitions in its header.
using Cell =
    std::function<void(const Arrays& x, Array& y, const Shape& input, Shape from, Shape to)>;

void gru_cell(const Arrays& x, Array& y, const Shape& input, Shape from, Shape to) {
  const std::int64_t hidden = x[1].shape[1];
  for (std::int64_t u = 0; u < hidden; ++u) {
    double a[3], b[3];
    for (std::int64_t g = 0; g < 3; ++g) {
      a[g] = gate(x[0], input, x[2], x[4], g * hidden + u);
      b[g] = gate(y, from, x[3], x[5], g * hidden + u);
    }
    const double r = sigma(a[0] + b[0]), z = sigma(a[1] + b[1]), n = std::tanh(a[2] + r * b[2]);
    from[2] = to[2] = u;
    y.at(to) = (1 - z) * n + z * y.at(from);
  }
}

void lstm_cell(const Arrays& x, Array& y, const Shape& input, Shape from, Shape to) {
  const std::int64_t hidden = x[1].shape[1];
  for (std::int64_t u = 0; u < hidden; ++u) {
    double a[4];
    from[0] = to[0] = 0;
    for (std::int64_t g = 0; g < 4; ++g)
      a[g] =
          gate(x[0], input, x[3], x[5], g * hidden + u) + gate(y, from, x[4], x[6], g * hidden + u);
    from[0] = to[0] = 1, from[3] = to[3] = u;
    const double c = sigma(a[1]) * y.at(from) + sigma(a[0]) * std::tanh(a[2]);
    y.at(to) = c;
    to[0] = 0;
    y.at(to) = sigma(a[3]) * std::tanh(c);
  }
}

Array through_steps(const Arrays& x, std::size_t states, bool reverse,
                    const std::vector<std::int64_t>& lengths) {
  const std::int64_t steps = x[0].shape[0], batch = x[0].shape[1], hidden = x[1].shape[1];
  Shape shape = {steps + 1, batch, hidden};
  if (states == 2) shape.insert(0, 2);
  Array y(shape);
  const auto place = [&](std::int64_t s, std::int64_t t, std::int64_t b, std::int64_t u) {
    return states == 2 ? Shape{s, t, b, u} : Shape{t, b, u};
  };
  for (std::int64_t s = 0; s < static_cast<std::int64_t>(states); ++s)
    for (std::int64_t b = 0; b < batch; ++b)
      for (std::int64_t u = 0; u < hidden; ++u)
        y.at(place(s, reverse ? steps : 0, b, u)) = x[static_cast<std::size_t>(1 + s)].at({b, u});
  for (std::int64_t i = 0; i < steps; ++i)
    for (std::int64_t b = 0; b < batch; ++b) {
      const std::int64_t t = reverse ? steps - 1 - i : i;
      const std::int64_t from = reverse ? t + 1 : t, to = reverse ? t : t + 1;
      if (lengths.empty() || t < lengths[static_cast<std::size_t>(b)]) {
        (states == 1 ? gru_cell : lstm_cell)(x, y, {t, b, 0}, place(0, from, b, 0),
                                             place(0, to, b, 0));
        continue;
      }
      for (std::int64_t s = 0; s < static_cast<std::int64_t>(states); ++s)
        for (std::int64_t u = 0; u < hidden; ++u)
          y.at(place(s, to, b, u)) = y.at(place(s, from, b, u));
    }
  return y;
}

Drawn small(const Shape& shape) { return {shape, -1, 1}; }

// steps, batch, in, hidden
ArrayOperation recurrent_row(const char* what, std::size_t states, const Shape& of, bool reverse,
                             const std::vector<std::int64_t>& lengths = {}) {
  const std::int64_t gates = (states == 1 ? 3 : 4) * of[3];
  RecurrentOptions options = {.reverse = reverse};
  if (!lengths.empty()) {
    std::vector<std::int32_t> all(lengths.begin(), lengths.end());
    options.lengths = from_vector(all);
  }
  ArrayOperation row;
  row.name = text(states == 1 ? "gru " : "lstm ", what);
  row.inputs = {small({of[0], of[1], of[2]}), small({of[1], of[3]})};
  row.roundings = 64;
  row.twin = [=](const Arrays& x) { return through_steps(x, states, reverse, lengths); };
  if (states == 2) row.inputs.push_back(small({of[1], of[3]}));
  for (const Shape& shape : {Shape{gates, of[2]}, Shape{gates, of[3]}, Shape{gates}, Shape{gates}})
    row.inputs.push_back(small(shape));
  row.function = [=](X x) {
    return states == 1 ? gru(x[0], x[1], x[2], x[3], x[4], x[5], options)
                       : lstm(x[0], x[1], x[2], x[3], x[4], x[5], x[6], options);
  };
  return row;
}

}  // namespace

std::vector<ArrayOperation> recurrent_rows() {
  std::vector<ArrayOperation> rows;
  for (const std::size_t states : {1, 2}) {
    rows.push_back(recurrent_row("of three steps", states, {3, 2, 3, 4}, false));
    rows.push_back(recurrent_row("in reverse", states, {3, 2, 2, 3}, true));
    rows.push_back(recurrent_row("with lengths", states, {3, 4, 2, 3}, false, {1, 3, 0, 2}));
    rows.push_back(
        recurrent_row("in reverse with lengths", states, {3, 4, 2, 3}, true, {3, 1, 2, 0}));
    rows.push_back(recurrent_row("of one step", states, {1, 1, 1, 1}, false));
    rows.push_back(recurrent_row("of no steps", states, {0, 2, 3, 2}, false));
    rows.push_back(recurrent_row("of no examples", states, {2, 0, 3, 2}, false));
    rows.push_back(recurrent_row("of nothing that comes in", states, {2, 2, 0, 2}, true));
    rows.push_back(recurrent_row("of units that fill vectors", states, {2, 2, 3, 19}, false));
  }
  for (ArrayOperation& row : rows) {
    if (!row.name.ends_with("three steps")) continue;
    const bool is_gru = row.name.starts_with("gru");
    const std::int64_t gates = is_gru ? 3 * 96 : 4 * 96;
    row.large = {{3, 80, 50}, {80, 96}};
    if (!is_gru) row.large.push_back({80, 96});
    for (const Shape& shape : {Shape{gates, 50}, Shape{gates, 96}, Shape{gates}, Shape{gates}})
      row.large.push_back(shape);
    const Function whole = row.function;
    // The rule of a state that the gates let by alone.
    row.wrong_rules = {{"the initial state's gradient is what arrives at its place",
                        [=](X, V, V dy) { return is_gru ? dy[0] : dy[0][0]; }, 1},
                       {"the hidden bias gets the input bias's gradient at half",
                        [=](X x, V, V dy) {
                          return gradients_of(
                              [&](V b) {
                                std::vector<Variable> all(x.begin(), x.end());
                                all.back() = b;
                                return whole(all) * 0.5;
                              },
                              {x.back()}, dy)[0];
                        },
                        is_gru ? std::size_t{5} : std::size_t{6}}};
    row.wrong_values = {{"the first two gates exchanged", [=](X x) {
                           std::vector<Variable> all(x.begin(), x.end());
                           const std::size_t weight = is_gru ? 2 : 3;
                           all[weight] = cat({slice(x[weight], 0, 4, 8), slice(x[weight], 0, 0, 4),
                                              slice(x[weight], 0, 8, x[weight].size(0))});
                           return whole(all);
                         }}};
  }
  return rows;
}
