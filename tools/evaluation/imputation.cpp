#include <algorithm>
#include <cmath>
#include <limits>
#include <models/tables/table_autoencoder.hpp>
#include <tensor/error.hpp>
#include <tensor/parts.hpp>
#include <tools/evaluation/imputation.hpp>
#include <tools/evaluation/subject.hpp>

namespace ebb::tools {

namespace {

// Sums over a column.
struct ColumnSums {
  double known = 0, sum = 0, squares = 0, least = HUGE_VAL, most = -HUGE_VAL;  // of all its cells
  double hidden = 0, off = 0, off_squares = 0, wrong = 0;                      // of hidden ones

  double variance() const {
    const double mean = sum / known;
    return squares / known - mean * mean;
  }
};

ColumnSums sums_of(const nn::Table& table, const std::vector<double>& filled, std::int64_t column) {
  ColumnSums sums;
  const auto width = static_cast<std::int64_t>(table.columns().size());
  double first = std::numeric_limits<double>::quiet_NaN();
  for (std::int64_t i = 0; i < table.count(); ++i) {
    const nn::CellState state = table.state(i, column);
    if (state == nn::CellState::missing) continue;
    const double value = table.value(i, column);
    if (std::isnan(first)) first = value;
    ++sums.known, sums.sum += value - first, sums.squares += (value - first) * (value - first);
    sums.least = std::min(sums.least, value), sums.most = std::max(sums.most, value);
    if (state != nn::CellState::hidden) continue;
    const double off = filled[static_cast<std::size_t>(i * width + column)] - value;
    ++sums.hidden, sums.off += std::abs(off), sums.off_squares += off * off, sums.wrong += off != 0;
  }
  return sums;
}

double error_of(const nn::Column& column, const ColumnSums& sums) {
  if (column.kind == nn::ColumnKind::ordered)
    return sums.off / sums.hidden / std::max(1.0, static_cast<double>(column.words.size()) - 1);
  if (column.has_words()) return sums.wrong / sums.hidden;
  const double range = sums.most - sums.least;
  return range > 0 ? std::sqrt(sums.off_squares / sums.hidden) / range : 0;
}

}  // namespace

Tensor fill_table(const models::TableAutoencoder& model, const nn::Table& table, bool by_chance,
                  const Random& noise) {
  constexpr std::int64_t at_once = 128, all_codes = 8'000'000;
  const std::int64_t draws =
      std::clamp<std::int64_t>(all_codes / std::max<std::int64_t>(1, table.count()), 100, 1000);
  std::vector<Tensor> rows;
  for (std::int64_t begin = 0; begin < table.count(); begin += at_once) {
    stop_if_interrupted();
    const std::int64_t end = std::min(begin + at_once, table.count());
    Random own = noise.fork(std::to_string(begin));
    nn::Pass pass{own};
    const nn::Batch batch = table.gather(nn::indices_between(begin, end));
    rows.push_back(by_chance ? model.impute_by_chance(batch, draws, pass)
                             : model.impute(batch, draws, pass));
  }
  return cat(rows);
}

ImputationErrors imputation_errors(const nn::Table& table, const Tensor& filled) {
  const auto width = static_cast<std::int64_t>(table.columns().size());
  if (filled.shape() != Shape{table.count(), width})
    throw ShapeError(text("imputation: ", filled.shape(), " cells for a table [", table.count(),
                          ", ", width, "]; fill all of it"));
  const std::vector<double> cells = filled.to_vector<double>();
  ImputationErrors errors;
  std::map<const CellErrors*, double> columns;
  double squares = 0, numbers = 0;
  for (std::int64_t j = 0; j < width; ++j) {
    const nn::Column& column = table.columns()[static_cast<std::size_t>(j)];
    const ColumnSums sums = sums_of(table, cells, j);
    if (sums.hidden == 0 || column.kind == nn::ColumnKind::ignored) continue;
    for (CellErrors* const all :
         {&errors.kinds[column.kind], column.has_words() ? &errors.words : &errors.numbers}) {
      all->cells += static_cast<std::int64_t>(sums.hidden);
      all->error += error_of(column, sums), ++columns[all];
    }
    if (column.has_words() || !(sums.variance() > 0)) continue;
    squares += sums.off_squares / sums.variance(), numbers += sums.hidden;
  }
  for (auto& [kind, all] : errors.kinds) all.error /= columns[&all];
  if (errors.words.cells > 0) errors.words.error /= columns[&errors.words];
  if (errors.numbers.cells > 0) errors.numbers.error /= columns[&errors.numbers];
  errors.squared_error = squares / numbers;  // 0 / 0 is NaN
  return errors;
}

}  // namespace ebb::tools
