#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/matmul.hpp>
#include <autograd/reduce.hpp>
#include <autograd/sequences/attention.hpp>
#include <autograd/views.hpp>
#include <tests/array_operations.hpp>
#include <tests/operations.hpp>
#include <tests/support.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;

namespace {

constexpr double nothing = -std::numeric_limits<double>::infinity();

// What is added to the score of a query and a key.
using Bias = std::function<double(const Shape& scores, std::int64_t query, std::int64_t key)>;

// Query by query and key by key, under leading axes that broadcast.
Array attended(const Arrays& x, double scale, const Bias& bias) {
  const Shape &q = x[0].shape, &k = x[1].shape, &v = x[2].shape;
  const std::int64_t n = q[q.rank() - 2], m = k[k.rank() - 2], d = q.back();
  const auto start = [](Shape shape) {
    shape[shape.rank() - 1] = shape[shape.rank() - 2] = 1;
    return shape;
  };
  Shape shape = broadcast_shapes("twin", broadcast_shapes("twin", start(q), start(k)), start(v));
  const int row = shape.rank() - 2, column = row + 1;
  shape[row] = n, shape[column] = v.back();
  Array y(shape);
  const auto element = [&](const Array& of, Shape place, std::int64_t i, std::int64_t j) {
    place[row] = i, place[column] = j;
    return of.at(within(of.shape, place));
  };
  for (Shape place : places(shape)) {
    double sum = 0, weighted = 0;
    for (std::int64_t j = 0; j < m; ++j) {
      double score = 0;
      for (std::int64_t p = 0; p < d; ++p)
        score += element(x[0], place, place[row], p) * element(x[1], place, j, p);
      const double power = std::exp(scale * score + bias(shape, place[row], j));
      sum += power;
      weighted += power * element(x[2], place, j, place[column]);
    }
    y.at(place) = sum > 0 ? weighted / sum : 0;
  }
  return y;
}

Drawn small(const Shape& shape) { return {shape, -1, 1}; }

ArrayOperation attention_row(const char* what, const Shape& q, const Shape& k, const Shape& v,
                             const AttentionOptions& options = {}) {
  ArrayOperation row;
  row.name = text("scaled_dot_product_attention ", what);
  row.function = [=](X x) {
    AttentionOptions its = options;
    if (its.mask && is_floating(its.mask->dtype())) its.mask = cast(*its.mask, x[0].dtype());
    return scaled_dot_product_attention(x[0], x[1], x[2], its);
  };
  row.inputs = {small(q), small(k), small(v)};
  row.roundings = 16 + static_cast<double>(k[k.rank() - 2]);
  const double scale =
      options.scale ? *options.scale : 1 / std::sqrt(static_cast<double>(q.back()));
  const std::vector<double> mask = options.mask ? doubles(*options.mask) : std::vector<double>();
  const bool added = options.mask && is_floating(options.mask->dtype());
  const std::int64_t keys = k[k.rank() - 2];
  row.twin = [=](const Arrays& x) {
    return attended(x, scale, [&](const Shape&, std::int64_t i, std::int64_t j) {
      if (options.causal && j > i) return nothing;
      if (mask.empty()) return 0.0;
      const std::size_t place = static_cast<std::size_t>(
          mask.size() == static_cast<std::size_t>(keys) ? j : i * keys + j);
      return added ? mask[place] : mask[place] == 0 ? nothing : 0.0;
    });
  };
  return row;
}

}  // namespace

std::vector<ArrayOperation> attention_rows() {
  const Tensor some = from_vector({1, 0, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1}, {3, 4});
  const Tensor padding = from_vector({1, 0, 1, 0}, {4});
  const Tensor hidden = from_vector({1, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0}, {3, 4});
  const Tensor added =
      from_vector<double>({0, 1, -1, .5, nothing, 0, 0, 2, 1, nothing, nothing, 0}, {3, 4});
  const Shape q = {2, 3, 2}, k = {2, 4, 2}, v = {2, 4, 3};
  std::vector<ArrayOperation> rows = {
      attention_row("of several keys", q, k, v),
      attention_row("of matrices", {3, 2}, {4, 2}, {4, 3}),
      attention_row("of heads", {2, 3, 3, 2}, {2, 3, 2, 2}, {2, 3, 2, 1}),
      attention_row("with leading axes that broadcast", {2, 1, 2, 3}, {3, 2, 3}, {1, 1, 2, 2}),
      attention_row("with a scale", q, k, v, {.scale = -2.5}),
      attention_row("of a causal sequence", {2, 4, 2}, {2, 4, 2}, {2, 4, 2}, {.causal = true}),
      attention_row("of fewer keys than queries", {5, 2}, {3, 2}, {3, 2}, {.causal = true}),
      attention_row("of fewer queries than keys", {2, 2}, {4, 2}, {4, 2}, {.causal = true}),
      attention_row("with a mask", q, k, v, {.mask = some}),
      attention_row("with a mask of keys", q, k, v, {.mask = padding}),
      attention_row("with a mask and a causal one", q, k, v, {.causal = true, .mask = some}),
      attention_row("with a mask that hides all from a query", q, k, v, {.mask = hidden}),
      attention_row("with a mask that is added", q, k, v, {.mask = added}),
      attention_row("of no queries", {2, 0, 2}, k, v),
      attention_row("of no keys", q, {2, 0, 2}, {2, 0, 3}),
      attention_row("of no examples", {0, 3, 2}, {0, 4, 2}, {0, 4, 3}),
      attention_row("of one number", {1, 1}, {1, 1}, {1, 1}),
      attention_row("in blocks", {70, 3}, {70, 3}, {70, 2}),
      attention_row("in causal blocks", {140, 3}, {75, 3}, {75, 2}, {.causal = true})};
  ArrayOperation& square = rows.emplace_back(attention_row("of a square", {3, 3}, {3, 3}, {3, 3}));
  square.large = {{4, 2, 130, 24}, {4, 2, 130, 24}, {4, 2, 130, 20}};
  const auto weights = [](X x) { return softmax(matmul(x[0], transpose(x[1])) / std::sqrt(3.0)); };
  square.wrong_rules = {
      {"the weights not turned", [=](X x, V, V dy) { return matmul(weights(x), dy); }, 2},
      {"the scale forgotten",
       [](X x, V, V dy) {
         return gradients_of(
                    [&](V q0) {
                      return scaled_dot_product_attention(q0, x[1], x[2],
                                                          {.scale = 1 / std::sqrt(3.0)});
                    },
                    {x[0]}, dy)[0] *
                std::sqrt(3.0);
       }},
      {"the sum along the row forgotten",
       [=](X x, V, V dy) {
         return matmul(weights(x) * matmul(dy, transpose(x[2])), x[1]) / std::sqrt(3.0);
       }},
      {"the weights kept as numbers",
       [=](X x, V, V dy) { return matmul(transpose(constant(weights(x))), dy); }, 2, 2}};
  square.wrong_values = {
      {"softmax along the queries",
       [](X x) {
         return matmul(softmax(matmul(x[0], transpose(x[1])) / std::sqrt(3.0), -2), x[2]);
       }},
      {"causal",
       [](X x) { return scaled_dot_product_attention(x[0], x[1], x[2], {.causal = true}); }}};
  return rows;
}
