#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nn/files/printable.hpp>
#include <tensor/makers.hpp>
#include <tensor/parts.hpp>
#include <tools/evaluation/baselines/simple_imputation.hpp>

namespace ebb::tools {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double budget = 2e10;  // products of an iteration, at most

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

GaussianFiller::GaussianFiller(const nn::Table& train, std::int64_t components)
    : scales_(scales_of(train)) {
  double width = 0;
  for (const nn::Column& column : train.columns()) width += static_cast<double>(width_of(column));
  const double most = budget / (std::pow(width, 3) * static_cast<double>(components));
  rows_ = std::min(train.count(), static_cast<std::int64_t>(std::clamp(most, 2000.0, 1e9)));
  model_ = fit_gaussians(as_numbers(train, scales_, rows_), {.components = components});
}

std::string GaussianFiller::name() const {
  const std::int64_t components = model_.shares.count();
  return fmt::format("{} by EM, {} iterations over {} rows",
                     components == 1 ? "a Gaussian" : fmt::format("{} Gaussians", components),
                     model_.iterations, nn::grouped(rows_));
}

Tensor GaussianFiller::fill(const nn::Table& table) const {
  const Tensor rows = as_numbers(table, scales_, table.count());
  const std::vector<double> filled = fill_by_gaussians(model_, rows).to_vector<double>();
  std::vector<double> cells;
  auto first = filled.begin();
  for (std::int64_t i = 0; i < table.count(); ++i)
    for (std::size_t j = 0; j < scales_.size(); ++j) {
      const nn::Column& column = table.columns()[j];
      const auto width = static_cast<std::ptrdiff_t>(width_of(column));
      cells.push_back(width == 0 ? 0
                      : column.has_words()
                          ? static_cast<double>(std::max_element(first, first + width) - first)
                          : scales_[j].mean + scales_[j].deviation * *first);
      first += width;
    }
  return from_vector(cells, {table.count(), static_cast<std::int64_t>(scales_.size())});
}

double GaussianFiller::log_density(const nn::Table& table) const {
  const auto& columns = table.columns();
  if (std::any_of(columns.begin(), columns.end(), [](const nn::Column& column) {
        return width_of(column) > 0 && column.is_discrete();
      }))
    return nan;
  double all = tools::log_density(model_, as_numbers(table, scales_, table.count()));
  for (std::size_t j = 0; j < scales_.size(); ++j) {
    double share = 0;
    for (std::int64_t i = 0; i < table.count(); ++i)
      share += table.state(i, static_cast<std::int64_t>(j)) == nn::CellState::known;
    all -= share / static_cast<double>(table.count()) * std::log(scales_[j].deviation);
  }
  return all;
}

}  // namespace ebb::tools
