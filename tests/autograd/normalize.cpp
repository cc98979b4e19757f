#include <doctest/doctest.h>

#include <autograd/anomaly.hpp>
#include <autograd/check.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/normalize.hpp>
#include <autograd/reduce.hpp>
#include <autograd/trace.hpp>
#include <autograd/views.hpp>
#include <cmath>
#include <map>
#include <tensor/random.hpp>
#include <tests/array_operations.hpp>
#include <tests/support.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;

namespace {

using Values = std::vector<double>;

// Which elements share a mean, and which number of weight and bias they have.
struct Sharing {
  std::function<std::int64_t(const Shape&place)> group, channel;
};

// By plain loops; x is followed by weight and bias, if there are any.
Array normalized(const Arrays& x, const Sharing& by, double epsilon, const Values& mean = {},
                 const Values& variance = {}) {
  std::map<std::int64_t, std::vector<double>> groups;
  for (const Shape& place : places(x[0].shape)) groups[by.group(place)].push_back(x[0].at(place));
  Array y(x[0].shape);
  for (const Shape& place : places(y.shape)) {
    const std::vector<double>& all = groups[by.group(place)];
    const auto count = static_cast<double>(all.size());
    const auto channel = static_cast<std::size_t>(by.channel(place));
    double m = 0, v = 0;
    for (const double one : all) m += one / count;
    for (const double one : all) v += (one - m) * (one - m) / count;
    if (!mean.empty()) m = mean[channel], v = variance[channel];
    double& result = y.at(place);
    result = (x[0].at(place) - m) / std::sqrt(v + epsilon);
    if (x.size() > 1) result *= x[1].elements[channel];
    if (x.size() > 2) result += x[2].elements[channel];
  }
  return y;
}

Variable or_none(X x, std::size_t i) { return i < x.size() ? x[i] : Variable(); }

std::vector<Drawn> inputs_of(const Shape& shape, const Shape& channels, std::size_t count) {
  const std::vector<Drawn> all = {{shape}, {channels, 0.5, 2}, {channels}};
  return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count)};
}

ArrayOperation layer_row(const Shape& shape, const Shape& last, std::size_t inputs = 3) {
  const std::int64_t size = last.count();
  const Sharing by = {[=](const Shape& place) {
                        return static_cast<std::int64_t>(Array(shape).number(place)) / size;
                      },
                      [=](const Shape& place) {
                        return static_cast<std::int64_t>(Array(shape).number(place)) % size;
                      }};
  return {
      .name = text("layer_norm of ", shape, " over ", last, ", inputs ", inputs),
      .function = [=](X x) { return layer_norm(x[0], last, or_none(x, 1), or_none(x, 2), 0.01); },
      .inputs = inputs_of(shape, last, inputs),
      .twin = [=](const Arrays& x) { return normalized(x, by, 0.01); },
      .roundings = 60};
}

ArrayOperation group_row(const Shape& shape, std::int64_t groups, std::size_t inputs = 3,
                         bool instance = false) {
  const std::int64_t channels = shape[1] / groups;
  const Sharing by = {[=](const Shape& place) { return place[0] * groups + place[1] / channels; },
                      [](const Shape& place) { return place[1]; }};
  ArrayOperation row = {.name = text(instance ? "instance_norm" : "group_norm", " of ", shape,
                                     ", groups ", groups, ", inputs ", inputs),
                        .function = {},
                        .inputs = inputs_of(shape, {shape[1]}, inputs),
                        .twin = [=](const Arrays& x) { return normalized(x, by, 0.01); },
                        .roundings = 60};
  row.function = [=](X x) {
    return instance ? instance_norm(x[0], {}, {}, or_none(x, 1), or_none(x, 2), {.epsilon = 0.01})
                    : group_norm(x[0], groups, or_none(x, 1), or_none(x, 2), 0.01);
  };
  return row;
}

ArrayOperation batch_row(const Shape& shape, std::size_t inputs = 3, bool known = false,
                         bool instance = false) {
  const std::function<std::int64_t(const Shape&)> channel = [](const Shape& place) {
    return place[1];
  };
  Values mean, variance;
  for (std::int64_t c = 0; known && c < shape[1]; ++c) {
    mean.push_back(0.25 * static_cast<double>(c) - 0.5);
    variance.push_back(0.5 + 0.5 * static_cast<double>(c));
  }
  const Sharing by = {channel, channel};
  ArrayOperation row = {
      .name = text(instance ? "instance_norm" : "batch_norm", " of ", shape, known ? ", known" : "",
                   ", inputs ", inputs),
      .function = {},
      .inputs = inputs_of(shape, {shape[1]}, inputs),
      .twin = [=](const Arrays& x) { return normalized(x, by, 0.01, mean, variance); },
      .roundings = 60};
  row.function = [=](X x) {
    const auto given = [&](const Values& values) {
      return known ? cast(from_vector(values), x[0].dtype()) : Tensor();
    };
    if (instance)
      return instance_norm(x[0], given(mean), given(variance), or_none(x, 1), or_none(x, 2),
                           {.use_input_stats = false, .epsilon = 0.01});
    return batch_norm(x[0], given(mean), given(variance), or_none(x, 1), or_none(x, 2),
                      {.training = !known, .epsilon = 0.01});
  };
  return row;
}

// Of rows of three, with an epsilon of 0.01, unless `axis` says otherwise.
Variable apart(X x, int axis = 1) { return x[0] - mean(x[0], axis, true); }
Variable deviation(X x, double epsilon = 0.01, int axis = 1) {
  return sqrt(var(x[0], axis, 0, true) + epsilon);
}

void add_mutants(std::vector<ArrayOperation>& rows) {
  const auto add = [&](const ArrayOperation& row, const std::vector<WrongRule>& wrong) {
    rows.push_back(row);
    rows.back().wrong_rules = wrong;
  };
  // clang-format off
  const WrongRule mean_missing = {"the mean a constant", [](X x, V, V dy) {
    const Variable g = dy * x[1], z = apart(x) / deviation(x); return (g - z * mean(g * z, 1, true)) / deviation(x); }};
  const WrongRule variance_missing = {"the variance a constant", [](X x, V, V dy) {
    const Variable g = dy * x[1]; return (g - mean(g, 1, true)) / deviation(x); }};
  add(layer_row({3, 3}, {3}), {mean_missing, variance_missing,
      {"the weight's without the deviation", [](X x, V, V dy) { return sum(dy * apart(x), 0); }, 1},
      {"the bias's of the other axis", [](X, V, V dy) { return sum(dy, 1); }, 2}});
  add(batch_row({3, 3}, 1), {{"over rows", [](X x, V, V dy) {
    const Variable z = apart(x) / deviation(x, 0.01); return (dy - mean(dy, 1, true) - z * mean(dy * z, 1, true)) / deviation(x, 0.01); }}});
  add(batch_row({4, 3}, 3, true), {{"measured", [](X x, V, V dy) { return dy * x[1] / deviation(x, 0.01, 0); }}});
  add(group_row({2, 2, 3}, 1, 1), {{"the mean a constant", [](X x, V, V dy) {
    const Variable d = sqrt(var(x[0], {1, 2}, 0, true) + 0.01); return dy / d; }}});
  add(group_row({2, 2, 3}, 2, 1, true), {{"the variance a constant", [](X x, V, V dy) { return (dy - mean(dy, 2, true)) / deviation(x, 0.01, 2); }}});
  // clang-format on
}

}  // namespace

// Short runs of a channel go as columns, runs of 64 and more by themselves; rows of 70 have the end
// of a vector, and none of 3 fills one.
std::vector<ArrayOperation> normalize_rows() {
  std::vector<ArrayOperation> rows;
  for (const std::size_t inputs : {1, 2, 3}) {
    rows.push_back(layer_row({2, 3, 5}, {5}, inputs));
    rows.push_back(group_row({2, 4, 3}, 2, inputs));
    rows.push_back(group_row({2, 4, 35, 2}, 2, inputs));
    rows.push_back(group_row({2, 2, 3, 2}, 2, inputs, true));
    rows.push_back(batch_row({4, 3}, inputs));
    rows.push_back(batch_row({3, 2, 2, 2}, inputs));
    rows.push_back(batch_row({2, 3, 65}, inputs));
  }
  rows.push_back(layer_row({5}, {5}));
  rows.push_back(layer_row({3, 2, 35}, {2, 35}));
  rows.push_back(group_row({3, 6}, 3));
  rows.push_back(group_row({2, 6, 2, 1, 2}, 1));
  rows.push_back(group_row({2, 3, 70}, 3, 3, true));
  rows.push_back(batch_row({5, 70}));
  rows.push_back(batch_row({3, 4, 2}, 3, true));
  rows.push_back(batch_row({3, 2, 66}, 1, true));
  rows.push_back(batch_row({3, 2, 4}, 2, true, true));
  add_mutants(rows);
  const auto large = [&](ArrayOperation row, const Shape& shape, const Shape& channels) {
    row.large = {shape, channels, channels};
    rows.push_back(row);
  };
  large(layer_row({2, 5}, {5}), {2000, 5}, {5});
  rows.back().function = [](X x) { return layer_norm(x[0], x[1].shape(), x[1], x[2], 0.01); };
  rows.back().large = {{2000, 130}, {130}, {130}};
  large(group_row({2, 4, 3}, 2), {400, 60, 9}, {60});
  large(group_row({2, 4, 70}, 2), {200, 8, 150}, {8});
  large(batch_row({4, 3}), {1500, 200}, {200});
  large(batch_row({4, 3, 64}), {100, 24, 130}, {24});
  return rows;
}

TEST_CASE("normalizations: large means cost no digits in float32") {
  Random random{3};
  const Tensor noise = randn({64, 6, 80}, random, DType::float64);
  const Tensor x = cast(noise + 1e4, DType::float32), exact = cast(x, DType::float64);
  const auto worst = [](const Tensor& a, const Tensor& b) {
    return amax(abs(cast(a, DType::float64) - b)).item();
  };
  CHECK(worst(layer_norm(x, {80}), layer_norm(exact, {80})) < 6e-4);
  CHECK(worst(group_norm(x, 2), group_norm(exact, 2)) < 6e-4);
  CHECK(worst(batch_norm(x, {}, {}, {}, {}, {.training = true}),
              batch_norm(exact, {}, {}, {}, {}, {.training = true})) < 6e-4);
  const Tensor matrix = reshape(x, {64 * 80, 6});
  CHECK(worst(batch_norm(matrix, {}, {}, {}, {}, {.training = true}),
              batch_norm(reshape(exact, {64 * 80, 6}), {}, {}, {}, {}, {.training = true})) < 6e-4);
}

TEST_CASE("normalizations: nothing comes of nothing, and gradients of weights are 0") {
  const Variable x = leaf(zeros({0, 3, 2})), weight = leaf(ones({3})), bias = leaf(zeros({3}));
  for (const Variable& y : {group_norm(x, 3, weight, bias), instance_norm(x, {}, {}, weight, bias),
                            batch_norm(x, {}, {}, weight, bias, {.training = true})}) {
    CHECK(y.shape() == Shape{0, 3, 2});
    const auto [dx, dweight, dbias] = gradients(sum(y), {x, weight, bias});
    CHECK(dx.shape() == Shape{0, 3, 2});
    CHECK(dweight.value().to_vector<float>() == std::vector<float>{0, 0, 0});
    CHECK(dbias.value().to_vector<float>() == std::vector<float>{0, 0, 0});
  }
}

TEST_CASE("normalizations: to an element that is alone comes nothing back, to the last digit") {
  const Variable x = leaf(from_vector<float>({0.3F, -7, 5, 0.1F}, {2, 2, 1})),
                 weight = leaf(from_vector<float>({1.1F, 0.7F}));
  const Variable seed = from_vector<float>({0.9F, -3.3F, 1.7F, 8.1F}, {2, 2, 1});
  for (const Variable& y : {layer_norm(x, {1}), layer_norm(x, {1}, reshape(sum(weight), {1})),
                            group_norm(x, 2, weight)})
    CHECK(gradients(y, {x}, {.seed = seed})[0].value().to_vector<float>() ==
          std::vector<float>{0, 0, 0, 0});
}

TEST_CASE("batch_norm: what it measured is the mean and the biased variance of each channel") {
  Moments measured;
  const Variable x = from_vector<double>({1, 2, 3, 6}, {2, 2});
  const Variable y = batch_norm(x, {}, {}, {}, {}, {.training = true, .measured = &measured});
  CHECK(y.shape() == Shape{2, 2});
  CHECK(measured.mean.to_vector<double>() == Values{2, 4});
  CHECK(measured.variance.to_vector<double>() == Values{1, 4});
}

TEST_CASE("normalizations: who listens hears what they were told, weight or not") {
  const Trace trace;
  const AnomalyMode anomaly;
  const Variable x = leaf(from_vector<float>({1, 2, 3, 4, 5, 7}, {2, 3}));
  const Variable y = layer_norm(x, {3}, {}, {}, 0.5);
  CHECK_NOTHROW(gradients(sum(y * y), {x}, {.create_graph = true}));
  CHECK(to_string(trace).find("layer_norm(#0, #1, #1, normalized_shape=[3], epsilon=0.5) [2, 3]") !=
        std::string::npos);
}
