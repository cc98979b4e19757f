#include <algorithm>
#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <cmath>
#include <models/tables/column_likelihoods.hpp>
#include <nn/distributions.hpp>
#include <tensor/makers.hpp>
#include <tensor/random.hpp>

namespace ebb::models {

using nn::Column, nn::ColumnKind;

namespace {

std::vector<double> doubles(const Variable& x) {
  return cast(x.value(), DType::float64).to_vector<double>();
}

// A number as its column can hold it: a multiple of its unit, a count from 0 on, a positive one.
// NaN stays NaN.
double held(const Column& column, double number) {
  if (column.unit > 0) number = std::round(number / column.unit) * column.unit;
  if (column.kind == ColumnKind::count) number = std::max(std::round(number), 0.0);
  if (column.kind == ColumnKind::positive)
    number = std::max(number, column.offset > 0 ? 0
                              : column.unit > 0 ? column.unit
                                                : 1e-3 * column.least);
  return number;
}

double unscaled(const Column& column, double scaled) {
  const double bent = column.mean + column.deviation * scaled;
  return column.unbent(column.kind == ColumnKind::positive ? std::min(bent, 700.0) : bent);
}

// The mean, in the column's units, of a distribution of scaled numbers with that variance: exact
// without a logarithm, and for a Gaussian of logarithms, which is cut to what was seen.
double unscaled_mean(const Column& column, double middle, double variance) {
  if (column.kind != ColumnKind::positive) return unscaled(column, middle);
  const double of_logs = column.deviation * column.deviation * variance;
  const double mean =
      (unscaled(column, middle) + column.offset) * std::exp(std::min(0.5 * of_logs, 50.0));
  return std::clamp(mean - column.offset, column.least, column.most);
}

// Rows of cells, filled column by column.
struct Filled {
  Filled(std::int64_t rows, std::size_t columns)
      : n(static_cast<std::size_t>(rows)), width(columns), cells(n * width) {}
  Tensor tensor() const {
    return from_vector(cells, {static_cast<std::int64_t>(n), static_cast<std::int64_t>(width)});
  }
  // value(place) for the i-th column of a group, where the numbers of the group lie in rows.
  template <class Value>
  void fill(std::size_t column, std::size_t i, std::size_t group, Value value) {
    for (std::size_t row = 0; row < n; ++row) cells[row * width + column] = value(row * group + i);
  }
  std::size_t n, width;
  std::vector<double> cells;
};

}  // namespace

Tensor ColumnLikelihoods::moments(const Variable& numbers) const {
  const Parts parts = split(numbers);
  const auto& columns = groups_.columns;
  std::size_t width = groups_.gaussian.size() + groups_.counts.size() + groups_.units.size();
  for (const std::size_t j : groups_.words) width += columns[j].words.size();
  Filled all(numbers.size(0), width);
  std::size_t next = 0;
  if (const auto& group = groups_.gaussian; !group.empty()) {
    const std::vector<double> mean = doubles(parts.mean),
                              log_variance = doubles(parts.log_variance);
    for (std::size_t i = 0; i < group.size(); ++i)
      all.fill(next++, i, group.size(), [&](std::size_t at) {
        return unscaled_mean(columns[group[i]], mean[at], std::exp(log_variance[at]));
      });
  }
  if (const auto& group = groups_.counts; !group.empty()) {
    const std::vector<double> log_mean = doubles(parts.log_mean);
    for (std::size_t i = 0; i < group.size(); ++i)
      all.fill(next++, i, group.size(), [&](std::size_t at) { return std::exp(log_mean[at]); });
  }
  if (const auto& group = groups_.units; !group.empty()) {
    const std::vector<double> frequent = doubles(softmax(parts.frequent, -1)),
                              weights = doubles(softmax(parts.mixture.logits, -1)),
                              middle = doubles(parts.mixture.location),
                              log_scale = doubles(parts.mixture.log_scale);
    const auto many = static_cast<std::size_t>(1 + groups_.most_frequent);
    const std::size_t parts_each = weights.size() / std::max<std::size_t>(1, all.n * group.size());
    constexpr double logistic_variance = 3.28986813369645287;  // π² / 3, of the scale 1
    for (std::size_t i = 0; i < group.size(); ++i)
      all.fill(next++, i, group.size(), [&](std::size_t at) {
        const Column& column = columns[group[i]];
        double rest = 0, mean = 0;
        for (std::size_t m = at * parts_each; m < (at + 1) * parts_each; ++m)
          rest += weights[m] *
                  unscaled_mean(column, middle[m], logistic_variance * std::exp(2 * log_scale[m]));
        mean = frequent[at * many] * rest;
        for (std::size_t k = 0; k < column.frequent.size(); ++k)
          mean += frequent[at * many + k + 1] * column.frequent[k];
        return mean;
      });
  }
  for (std::size_t i = 0; i < groups_.words.size(); ++i) {
    const std::vector<double> shares = doubles(exp(word_log_probabilities(parts.words[i], i)));
    const std::size_t words = columns[groups_.words[i]].words.size();
    for (std::size_t k = 0; k < words; ++k)
      all.fill(next++, k, words, [&](std::size_t at) { return shares[at]; });
  }
  return all.tensor();
}

Tensor ColumnLikelihoods::guess(const Tensor& moments) const {
  const std::vector<double> all = moments.to_vector<double>();
  const auto n = moments.size(0);
  const auto width = static_cast<std::size_t>(moments.size(1));
  Filled rows(n, groups_.columns.size());
  std::size_t next = 0;
  for (const auto* group : {&groups_.gaussian, &groups_.counts, &groups_.units}) {
    for (const std::size_t j : *group) {
      rows.fill(j, next++, width,
                [&](std::size_t at) { return held(groups_.columns[j], all[at]); });
    }
  }
  for (const std::size_t j : groups_.words) {
    const std::size_t words = groups_.columns[j].words.size();
    rows.fill(j, next, width, [&](std::size_t at) {
      const double* const first = all.data() + at;
      return static_cast<double>(std::max_element(first, first + words) - first);
    });
    next += words;
  }
  return rows.tensor();
}

Tensor ColumnLikelihoods::sample(const Variable& numbers, Random& noise) const {
  const Parts parts = split(numbers);
  const auto& columns = groups_.columns;
  Filled rows(numbers.size(0), columns.size());
  const auto put = [&](const std::vector<std::size_t>& group, const Variable& drawn, auto value) {
    const std::vector<double> all = doubles(drawn);
    for (std::size_t i = 0; i < group.size(); ++i)
      rows.fill(group[i], i, group.size(), [&](std::size_t at) {
        return held(columns[group[i]], value(columns[group[i]], at, all[at]));
      });
  };
  const auto back = [](const Column& column, std::size_t, double x) { return unscaled(column, x); };
  const auto as_it_is = [](const Column&, std::size_t, double x) { return x; };
  if (!groups_.gaussian.empty())
    put(groups_.gaussian, nn::Gaussian{parts.mean, parts.log_variance}.sample(noise), back);
  if (!groups_.counts.empty())
    put(groups_.counts, nn::NegativeBinomial{parts.log_mean, parts.log_concentration}.sample(noise),
        as_it_is);
  if (!groups_.units.empty()) {
    const std::vector<double> which = doubles(nn::Categorical{parts.frequent}.sample(noise));
    put(groups_.units, parts.mixture.sample(noise),
        [&](const Column& column, std::size_t at, double x) {
          const auto k = static_cast<std::size_t>(which[at]);
          return k > 0 ? column.frequent[k - 1] : unscaled(column, x);
        });
  }
  for (std::size_t i = 0; i < groups_.words.size(); ++i)
    put({groups_.words[i]},
        nn::Categorical{word_log_probabilities(parts.words[i], i)}.sample(noise), as_it_is);
  return rows.tensor();
}

}  // namespace ebb::models
