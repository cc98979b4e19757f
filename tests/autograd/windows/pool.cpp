#include <doctest/doctest.h>

#include <algorithm>
#include <autograd/check.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <autograd/windows/pool.hpp>
#include <cmath>
#include <tests/array_operations.hpp>

using namespace ebb;

namespace {

// From which input to which the windows along an axis go, with how much padding in between.
struct Span {
  std::vector<std::int64_t> places;  // those inside
  std::int64_t size;                 // with the padding that counts
};
using Spans = std::vector<Span>;

Spans spans(std::int64_t length, std::int64_t kernel, std::int64_t stride, std::int64_t padding,
            std::int64_t dilation, bool ceil_mode) {
  Spans all;
  for (std::int64_t begin = -padding;; begin += stride) {
    const std::int64_t last = begin + dilation * (kernel - 1);
    if (ceil_mode ? begin >= length || (last >= length + padding && !all.empty() &&
                                        last - stride >= length + padding - 1)
                  : last >= length + padding)
      return all;
    Span span = {{}, std::min(begin + kernel, length + padding) - begin};
    for (std::int64_t i = begin; i <= last; i += dilation)
      if (i >= 0 && i < length) span.places.push_back(i);
    all.push_back(span);
  }
}
// Window o holds the elements that touch [o length / size, (o + 1) length / size).
Spans even_spans(std::int64_t length, std::int64_t size) {
  Spans all;
  for (std::int64_t o = 0; o < size; ++o) {
    Span span = {{}, 0};
    for (std::int64_t i = 0; i < length; ++i)
      if ((i + 1) * size > o * length && i * size < (o + 1) * length) span.places.push_back(i);
    span.size = static_cast<std::int64_t>(span.places.size());
    all.push_back(span);
  }
  return all;
}

// Each pair of spans to one number; signals are images of one row.
Array pooled(Array x, const Spans& rows, const Spans& columns,
             double (*reduce)(const std::vector<double>&, std::int64_t size)) {
  const bool signal = rows.empty();
  const Spans down = signal ? Spans{{{0}, 1}} : rows;
  if (signal) x.shape.insert(x.shape.rank() - 1, 1);
  Shape shape = x.shape;
  shape[shape.rank() - 2] = static_cast<std::int64_t>(down.size());
  shape[shape.rank() - 1] = static_cast<std::int64_t>(columns.size());
  Array y(shape);
  for (const Shape& place : places(shape)) {
    const Span &row = down[static_cast<std::size_t>(place[shape.rank() - 2])],
               &column = columns[static_cast<std::size_t>(place.back())];
    std::vector<double> inside;
    for (const std::int64_t i : row.places)
      for (const std::int64_t j : column.places) {
        Shape from = place;
        from[shape.rank() - 2] = i;
        from[shape.rank() - 1] = j;
        inside.push_back(x.at(from));
      }
    y.at(place) = reduce(inside, row.size * column.size);
  }
  if (signal) y.shape.erase(y.shape.rank() - 2);
  return y;
}

double largest_of(const std::vector<double>& x, std::int64_t) {
  return *std::max_element(x.begin(), x.end());
}
double sum_of(const std::vector<double>& x, std::int64_t) {
  double total = 0;
  for (const double one : x) total += one;
  return total;
}
double mean_of(const std::vector<double>& x, std::int64_t) {
  return sum_of(x, 0) / static_cast<double>(x.size());
}
double padded_mean_of(const std::vector<double>& x, std::int64_t size) {
  return sum_of(x, 0) / static_cast<double>(size);
}

// Numbers that differ by more than a step of finite differences.
Drawn distinct(const Shape& shape) {
  Drawn drawn = {shape};
  for (std::int64_t i = 0; i < shape.count(); ++i)
    drawn.values.push_back(static_cast<double>(i * 37 % 101) / 16 - 3);
  return drawn;
}

ArrayOperation max_row(const Shape& shape, const Pair& kernel, const MaxPoolOptions<Pair>& o) {
  const Pair stride = o.stride == Pair(as_kernel) ? kernel : o.stride;
  return {.name = text("max_pool2d of ", shape, ", kernel ", kernel.height, " ", kernel.width,
                       ", stride ", stride.height, " ", stride.width, ", ceil ", o.ceil_mode),
          .function = [=](X x) { return max_pool2d(x[0], kernel, o); },
          .inputs = {distinct(shape)},
          .twin =
              [=](const Arrays& x) {
                return pooled(x[0],
                              spans(shape[shape.rank() - 2], kernel.height, stride.height,
                                    o.padding.height, o.dilation.height, o.ceil_mode),
                              spans(shape.back(), kernel.width, stride.width, o.padding.width,
                                    o.dilation.width, o.ceil_mode),
                              largest_of);
              },
          .roundings = 1};
}

ArrayOperation average_row(const Shape& shape, const Pair& kernel,
                           const AveragePoolOptions<Pair>& o) {
  const Pair stride = o.stride == Pair(as_kernel) ? kernel : o.stride;
  return {.name = text("avg_pool2d of ", shape, ", kernel ", kernel.height, " ", kernel.width,
                       ", stride ", stride.height, " ", stride.width, ", ceil ", o.ceil_mode,
                       ", padding counts ", o.count_include_pad),
          .function = [=](X x) { return avg_pool2d(x[0], kernel, o); },
          .inputs = {{shape}},
          .twin =
              [=](const Arrays& x) {
                Array y = pooled(x[0],
                                 spans(shape[shape.rank() - 2], kernel.height, stride.height,
                                       o.padding.height, 1, o.ceil_mode),
                                 spans(shape.back(), kernel.width, stride.width, o.padding.width, 1,
                                       o.ceil_mode),
                                 o.divisor_override    ? sum_of
                                 : o.count_include_pad ? padded_mean_of
                                                       : mean_of);
                for (double& one : y.elements)
                  one /= static_cast<double>(o.divisor_override.value_or(1));
                return y;
              },
          .roundings = 12};
}

ArrayOperation adaptive_row(const Shape& shape, const Pair& size) {
  return {.name = text("adaptive_avg_pool2d of ", shape, " to ", size.height, " ", size.width),
          .function = [=](X x) { return adaptive_avg_pool2d(x[0], size); },
          .inputs = {{shape}},
          .twin =
              [=](const Arrays& x) {
                return pooled(x[0], even_spans(shape[shape.rank() - 2], size.height),
                              even_spans(shape.back(), size.width), mean_of);
              },
          .roundings = 12};
}

void add_signals(std::vector<ArrayOperation>& rows) {
  rows.push_back({.name = "max_pool1d in steps of 2",
                  .function = [](X x) { return max_pool1d(x[0], 3, {.stride = 2, .padding = 1}); },
                  .inputs = {distinct({2, 2, 9})},
                  .twin =
                      [](const Arrays& x) {
                        return pooled(x[0], {}, spans(9, 3, 2, 1, 1, false), largest_of);
                      },
                  .roundings = 1,
                  .wrong_rules = {{"all get it", [](X x, V, V) {
                                     return Variable(ones(x[0].shape(), DType::float64));
                                   }}}});
  rows.push_back({.name = "avg_pool1d without n",
                  .function = [](X x) { return avg_pool1d(x[0], 2, {.ceil_mode = true}); },
                  .inputs = {{{2, 9}}},
                  .twin =
                      [](const Arrays& x) {
                        return pooled(x[0], {}, spans(9, 2, 2, 0, 1, true), padded_mean_of);
                      },
                  .roundings = 4});
  rows.push_back(
      {.name = "adaptive_avg_pool1d",
       .function = [](X x) { return adaptive_avg_pool1d(x[0], 4); },
       .inputs = {{{2, 3, 9}}},
       .twin = [](const Arrays& x) { return pooled(x[0], {}, even_spans(9, 4), mean_of); },
       .roundings = 4});
}

void add_mutants(std::vector<ArrayOperation>& rows) {
  const auto repeated = [](V dy) {  // each of [1, 2, 2] to four
    return reshape(expand(reshape(dy, {1, 2, 1, 2, 1}), {1, 2, 2, 2, 2}), {1, 4, 4});
  };
  rows.push_back(max_row({1, 4, 4}, 2, {}));
  rows.back().wrong_rules = {{"all get it", [=](X, V, V dy) { return repeated(dy); }}};
  rows.push_back(average_row({1, 4, 4}, 2, {}));
  rows.back().wrong_rules = {{"not divided", [=](X, V, V dy) { return repeated(dy); }}};
  rows.back().wrong_values = {{"a sum", [](X x) { return 4 * avg_pool2d(x[0], 2); }}};
  rows.push_back(adaptive_row({1, 4, 4}, 2));
  rows.back().wrong_rules = {{"not divided", [=](X, V, V dy) { return repeated(dy); }}};
  rows.push_back(
      {.name = "avg_pool1d of pairs",
       .function = [](X x) { return avg_pool1d(x[0], 2); },
       .inputs = {{{1, 4}}},
       .twin =
           [](const Arrays& x) { return pooled(x[0], {}, spans(4, 2, 2, 0, 1, false), mean_of); },
       .roundings = 4,
       .wrong_rules = {{"not divided", [](X, V, V dy) {
                          return reshape(expand(unsqueeze(dy, 2), {1, 2, 2}), {1, 4});
                        }}}});
  rows.push_back(
      {.name = "adaptive_avg_pool1d of pairs",
       .function = [](X x) { return adaptive_avg_pool1d(x[0], 2); },
       .inputs = {{{1, 4}}},
       .twin = [](const Arrays& x) { return pooled(x[0], {}, even_spans(4, 2), mean_of); },
       .roundings = 4,
       .wrong_rules = {{"not divided", [](X, V, V dy) {
                          return reshape(expand(unsqueeze(dy, 2), {1, 2, 2}), {1, 4});
                        }}}});
}

}  // namespace

std::vector<ArrayOperation> pool_rows() {
  std::vector<ArrayOperation> rows;
  for (const bool ceil_mode : {false, true}) {
    rows.push_back(max_row({2, 2, 5, 7}, 2, {.ceil_mode = ceil_mode}));
    rows.push_back(
        max_row({2, 8, 9}, {3, 2}, {.stride = {2, 1}, .padding = {1, 0}, .ceil_mode = ceil_mode}));
    rows.push_back(max_row({1, 1, 9, 20}, 3,
                           {.stride = 3, .padding = 1, .dilation = 2, .ceil_mode = ceil_mode}));
    for (const bool count : {false, true}) {
      rows.push_back(
          average_row({2, 2, 5, 7}, {2, 3}, {.ceil_mode = ceil_mode, .count_include_pad = count}));
      rows.push_back(average_row(
          {1, 8, 9}, 3,
          {.stride = 2, .padding = 1, .ceil_mode = ceil_mode, .count_include_pad = count}));
    }
    rows.push_back(average_row(
        {1, 8, 9}, 4,
        {.stride = {3, 1}, .padding = {1, 2}, .ceil_mode = ceil_mode, .divisor_override = 3}));
  }
  rows.push_back(adaptive_row({2, 2, 7, 5}, {3, 5}));
  rows.push_back(adaptive_row({2, 3, 4}, {5, 1}));
  rows.push_back(adaptive_row({0, 2, 3, 4}, {2, 2}));
  rows.push_back(max_row({0, 2, 3, 4}, 2, {}));
  add_signals(rows);
  add_mutants(rows);
  rows.push_back(max_row({1, 4, 4}, 2, {}));
  rows.back().large = {{300, 40, 40}};
  rows.push_back(average_row({1, 4, 4}, 2, {}));
  rows.back().large = {{300, 40, 40}};
  return rows;
}

TEST_CASE("max_pool: of equals the first one gets the gradient, and its place is the index") {
  const Variable x = leaf(from_vector<double>({1, 3, 0, 3, 3, 1, -1, -1}, {1, 2, 4}));
  Tensor indices;
  const Variable y = max_pool2d(x, 2, {.indices = &indices});
  CHECK(indices.to_vector<std::int32_t>() == std::vector<std::int32_t>{1, 3});
  const auto [dx] = gradients(sum(y), {x});
  CHECK(dx.value().to_vector<double>() == std::vector<double>{0, 1, 0, 1, 0, 0, 0, 0});
}
