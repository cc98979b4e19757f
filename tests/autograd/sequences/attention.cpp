#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/matmul.hpp>
#include <autograd/reduce.hpp>
#include <autograd/sequences/attention.hpp>
#include <autograd/views.hpp>
#include <tensor/random.hpp>
#include <tests/array_operations.hpp>
#include <tests/operations.hpp>
#include <tests/support.hpp>
#include <tests/tensor/by_hand.hpp>

using namespace ebb;

namespace {

constexpr double nothing = -std::numeric_limits<double>::infinity();

// What is added to the score of a query and a key, under the leading axes of a place.
using Bias = std::function<double(const Shape& place, std::int64_t query, std::int64_t key)>;

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
      const double power = std::exp(scale * score + bias(place, place[row], j));
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

// With a mask that is an input, too; its leading axes broadcast.
ArrayOperation learned_row(const char* what, const Shape& mask, bool causal = false) {
  ArrayOperation row =
      attention_row(what, {2, 3, 2}, {2, 4, 2}, {2, 4, 3}, {.causal = causal, .scale = 0.5});
  row.function = [=](X x) {
    return scaled_dot_product_attention(x[0], x[1], x[2], x[3], {.causal = causal, .scale = 0.5});
  };
  row.inputs.push_back(small(mask));
  row.twin = [=](const Arrays& x) {
    return attended(x, 0.5, [&](Shape place, std::int64_t i, std::int64_t j) {
      place[place.rank() - 1] = j;
      return causal && j > i ? nothing : x[3].at(within(x[3].shape, place));
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
      learned_row("with a mask that learns", {2, 3, 4}),
      learned_row("with a mask that learns for all examples", {3, 4}),
      learned_row("with a mask that learns of keys", {4}),
      learned_row("with a mask that learns and a causal one", {2, 3, 4}, true),
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

TEST_CASE("scaled_dot_product_attention: dropout drops weights where rand draws less") {
  for (const DType dtype : floating) {
    Random random{5}, noise{3, 4, 8};
    const std::int64_t n = 70, m = 71;  // two blocks
    const Variable q = leaf(randn({2, n, 3}, random, dtype)),
                   k = leaf(randn({2, m, 3}, random, dtype)),
                   v = leaf(randn({2, m, 2}, random, dtype));
    const AttentionOptions options = {.scale = 1, .dropout = 0.25, .noise = noise};
    const Tensor stays = rand({2, n, m}, noise, dtype) >= 0.25;
    const Variable expected = matmul(softmax(matmul(q, transpose(k))) * stays / 0.75, v);
    const Variable y = scaled_dot_product_attention(q, k, v, options);
    CHECK(near(y.value(), doubles(expected.value()), 64));
    const Variable seed = randn(y.shape(), random, dtype);
    const auto found = gradients(y, {q, k, v}, {.seed = seed}),
               right = gradients(expected, {q, k, v}, {.seed = seed});
    for (std::size_t i = 0; i < 3; ++i)
      CHECK(near(found[i].value(), doubles(right[i].value()), 256));
  }
}

TEST_CASE("scaled_dot_product_attention: with dropout its gradients are right in both orders") {
  Random random{6};
  const AttentionOptions options = {.causal = true, .dropout = 0.4, .noise = {3, 4, 8}};
  check_gradients(
      [&](X x) { return square(scaled_dot_product_attention(x[0], x[1], x[2], options)); },
      {randn({2, 3, 2}, random, DType::float64), randn({2, 4, 2}, random, DType::float64),
       randn({2, 4, 3}, random, DType::float64)},
      {.order = 2});
}

TEST_CASE("scaled_dot_product_attention: a learned mask that hides a key gets no gradient there") {
  const Variable q = leaf(ones({1, 2})), k = leaf(from_vector<float>({1, 2, 3, 4}, {2, 2})),
                 mask = leaf(from_vector<float>({0, -std::numeric_limits<float>::infinity()}));
  const Variable y = scaled_dot_product_attention(q, k, k, mask);
  CHECK(y.value().to_vector<float>() == std::vector<float>{1, 2});
  CHECK(gradients(sum(y), mask).value().to_vector<float>() == std::vector<float>{0, 0});
  CHECK_FALSE(
      scaled_dot_product_attention(q.value(), k.value(), k.value(), mask.value()).wants_gradient());
}

// PyTorch 2.x: torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True).
TEST_CASE("scaled_dot_product_attention: PyTorch's numbers") {
  const auto wave = [](double k) {
    return leaf(reshape(sin(k + 0.37 * arange(6, DType::float64)), {3, 2}));
  };
  const Variable q = wave(0.1), k = wave(0.7), v = wave(1.3);
  const Variable y = scaled_dot_product_attention(q, k, v, {.causal = true});
  const auto close = [](V x, const std::vector<double>& expected) {
    return near(x.value(), expected, 1e-9 / 0x1p-52);
  };
  CHECK(close(y, {0.963558185, 0.995083350, 0.923373665, 0.811619176, 0.763063387, 0.578370753}));
  const auto [dq, dk, dv] = gradients(y, {q, k, v}, {.seed = wave(2)});
  CHECK(
      close(dq, {0.000000000, 0.000000000, -0.002317756, -0.000629609, 0.007728030, -0.035552553}));
  CHECK(close(dk,
              {-0.067868699, -0.061422357, -0.034637976, -0.033806248, 0.102506675, 0.095228605}));
  CHECK(
      close(dv, {0.979618407, 0.512664511, 0.081553334, -0.252212490, -0.092974723, -0.182212021}));
}

TEST_CASE("scaled_dot_product_attention: what does not fit is refused") {
  const Tensor q = ones({2, 3, 4}), k = ones({2, 5, 4}), v = ones({2, 5, 6});
  const auto message = [](const Tensor& a, const Tensor& b, const Tensor& c,
                          const AttentionOptions& options = {}) {
    return message_of([&] {
      return scaled_dot_product_attention(Variable(a), Variable(b), Variable(c), options);
    });
  };
  CHECK(
      message(q, ones({2, 5, 3}), v) ==
      "scaled_dot_product_attention: q [2, 3, 4], k [2, 5, 3] and v [2, 5, 6]; they must be [..., "
      "n, d], [..., m, d] and [..., m, e], try transpose");
  CHECK(message(q, k, ones({2, 4, 6})).find("try transpose") != std::string::npos);
  CHECK(message(q, cast(k, DType::float64), v) ==
        "scaled_dot_product_attention: q float32, k float64 and v float32; all must be float32 or "
        "all float64, try cast");
  CHECK(message(q, k, v, {.mask = ones({3, 5}, DType::float64)}) ==
        "scaled_dot_product_attention: a mask of float64 for float32; it must be int32 or float32, "
        "try cast");
  CHECK(message(q, k, v, {.mask = ones({3, 3, 5})}).find("do not broadcast") != std::string::npos);
  CHECK(message(q, k, v, {.mask = ones({4, 2, 3, 5})}) ==
        "scaled_dot_product_attention: a mask [4, 2, 3, 5] for scores [2, 3, 5]; it must broadcast "
        "to them, try unsqueeze");
  CHECK(message(q, k, v, {.dropout = 1}) ==
        "scaled_dot_product_attention: a dropout of 1; it must be at least 0 and below 1, try 0.1");
  CHECK_THROWS_WITH_AS(
      scaled_dot_product_attention(q, k, v, Variable(ones({3, 5})), {.mask = ones({5})}),
      "scaled_dot_product_attention: a mask [3, 5] and one [5] in the options; try their sum",
      Error);
  CHECK_THROWS_AS(scaled_dot_product_attention(q, ones({3, 5, 4}), v), ShapeError);
}
