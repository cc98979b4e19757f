#include <algorithm>
#include <cmath>
#include <limits>
#include <tensor/makers.hpp>
#include <tensor/parts.hpp>
#include <tools/evaluation/baselines/gaussian_em.hpp>
#include <tools/evaluation/baselines/simple_imputation.hpp>

namespace ebb::tools {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double budget = 3e10;  // products, of all iterations
constexpr std::int64_t most_rows = 4000;
constexpr int most_iterations = 200;

// Means and deviations of the numbers that are known, as they are.
struct Scale {
  double mean = 0, deviation = 1;
};

std::vector<Scale> scales_of(const nn::Table& table) {
  std::vector<Scale> scales;
  for (std::size_t j = 0; j < table.columns().size(); ++j) {
    double n = 0, sum = 0, squares = 0;
    for (std::int64_t i = 0; i < table.count(); ++i) {
      if (table.state(i, static_cast<std::int64_t>(j)) != nn::CellState::known) continue;
      const double x = table.value(i, static_cast<std::int64_t>(j));
      ++n, sum += x, squares += x * x;
    }
    Scale& scale = scales.emplace_back();
    if (n == 0) continue;
    scale.mean = sum / n;
    const double variance = squares / n - scale.mean * scale.mean;
    if (variance > 1e-12 * squares / n) scale.deviation = std::sqrt(variance);
  }
  return scales;
}

std::size_t width_of(const nn::Column& column) {
  return column.kind == nn::ColumnKind::ignored ? 0 : column.has_words() ? column.words.size() : 1;
}

// Scaled numbers and one-hot words, NaN where nothing is known.
Tensor as_numbers(const nn::Table& table, const std::vector<Scale>& scales, std::int64_t rows) {
  std::vector<double> numbers;
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < scales.size(); ++j) {
      const nn::Column& column = table.columns()[j];
      const auto at = static_cast<std::int64_t>(j);
      const bool known = table.state(i, at) == nn::CellState::known;
      for (std::size_t k = 0; k < width_of(column); ++k)
        numbers.push_back(!known ? nan
                          : column.has_words()
                              ? (table.value(i, at) == static_cast<double>(k) ? 1 : 0)
                              : (table.value(i, at) - scales[j].mean) / scales[j].deviation);
    }
  return from_vector(
      numbers, {rows, static_cast<std::int64_t>(numbers.size()) / std::max<std::int64_t>(rows, 1)});
}

}  // namespace

nn::Table table_of(const nn::Dataset& rows) {
  const nn::Batch batch = rows.gather(nn::indices_between(0, rows.count()));
  std::vector<nn::CellState> states;
  for (const float known : batch.mask.to_vector<float>())
    states.push_back(known != 0 ? nn::CellState::known : nn::CellState::missing);
  return {std::get<nn::TableExample>(rows.examples().kind), batch.inputs.to_vector<double>(),
          states};
}

Tensor fill_by_means(const nn::Table& train, const nn::Table& table) {
  const std::vector<Scale> scales = scales_of(train);
  std::vector<double> cells;
  for (std::int64_t i = 0; i < table.count(); ++i)
    for (std::size_t j = 0; j < scales.size(); ++j) {
      const nn::Column& column = train.columns()[j];
      const auto mode = std::max_element(column.shares.begin(), column.shares.end());
      const bool known = table.state(i, static_cast<std::int64_t>(j)) == nn::CellState::known;
      cells.push_back(known                ? table.value(i, static_cast<std::int64_t>(j))
                      : column.has_words() ? static_cast<double>(mode - column.shares.begin())
                                           : scales[j].mean);
    }
  return from_vector(cells, {table.count(), static_cast<std::int64_t>(scales.size())});
}

GaussianFilling fill_by_em(const nn::Table& train, const nn::Table& table) {
  const std::vector<Scale> scales = scales_of(train);
  GaussianFilling result;
  result.rows = std::min(train.count(), most_rows);
  const Tensor known = as_numbers(train, scales, result.rows);
  const double cost =
      static_cast<double>(result.rows) * std::pow(static_cast<double>(known.size(1)), 3);
  result.iterations = static_cast<int>(std::clamp(budget / cost, 5.0, double{most_iterations}));
  const FittedGaussian model = fit_gaussian(known, result.iterations);
  const Tensor rows = as_numbers(table, scales, table.count());
  const std::vector<double> filled = fill_by_gaussian(model, rows).to_vector<double>();
  std::vector<double> cells;
  std::size_t at = 0;
  bool numbers_alone = true;
  for (std::int64_t i = 0; i < table.count(); ++i)
    for (std::size_t j = 0; j < scales.size(); at += width_of(table.columns()[j]), ++j) {
      const nn::Column& column = table.columns()[j];
      const auto first = filled.begin() + static_cast<std::ptrdiff_t>(at);
      const auto width = static_cast<std::ptrdiff_t>(width_of(column));
      numbers_alone = numbers_alone && (width == 0 || !column.is_discrete());
      cells.push_back(width == 0 ? 0
                      : column.has_words()
                          ? static_cast<double>(std::max_element(first, first + width) - first)
                          : scales[j].mean + scales[j].deviation * *first);
    }
  result.filled = from_vector(cells, {table.count(), static_cast<std::int64_t>(scales.size())});
  result.log_density = nan;
  if (!numbers_alone) return result;
  result.log_density = log_density(model, rows);
  for (std::size_t j = 0; j < scales.size(); ++j) {
    double share = 0;
    for (std::int64_t i = 0; i < table.count(); ++i)
      share += table.state(i, static_cast<std::int64_t>(j)) == nn::CellState::known;
    result.log_density -=
        share / static_cast<double>(table.count()) * std::log(scales[j].deviation);
  }
  return result;
}

}  // namespace ebb::tools
