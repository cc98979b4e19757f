#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <nn/data/loader.hpp>
#include <nn/data/tables/table.hpp>
#include <nn/files/printable.hpp>
#include <tensor/makers.hpp>

namespace ebb::nn {

namespace {

constexpr std::size_t most_frequent = 48;  // numbers that get a probability of their own
constexpr double frequent_share = 0.004, least_times = 20;

void check(const Column& column, double number) {
  const bool whole = number == std::floor(number);
  const auto words = static_cast<double>(column.words.size());
  if (std::isfinite(number) && column.kind != ColumnKind::ignored &&
      !(column.has_words() && (!whole || number < 0 || number >= words)) &&
      !(column.kind == ColumnKind::count && (!whole || number < 0)) &&
      !(column.kind == ColumnKind::positive && !(number + column.offset > 0)))
    return;
  throw Error(text("table: ", number, " in column ", in_quotes(column.name), ", which is ",
                   name_of(column.kind), "; try another kind, or hold the cell for missing"));
}

struct Sums {
  double count = 0, sum = 0, squares = 0, first = 0;
  void add(double x) {  // apart from the first number, which keeps the digits
    if (count == 0) first = x;
    ++count, sum += x - first, squares += (x - first) * (x - first);
  }
  double mean() const { return count > 0 ? first + sum / count : 0; }
  double deviation() const {
    const double apart = count > 0 ? sum / count : 0;
    return count > 0 ? std::sqrt(std::max(0.0, squares / count - apart * apart)) : 0;
  }
};

// Numbers that make up more than their share, the most frequent first until there are enough.
void find_frequent(Column& column, const std::map<double, std::int64_t>& times) {
  column.frequent.clear(), column.shares.clear();
  std::vector<std::pair<std::int64_t, double>> all;
  const double least = std::max(least_times, frequent_share * static_cast<double>(column.seen));
  for (const auto& [number, count] : times)
    if (static_cast<double>(count) >= least) all.emplace_back(-count, number);
  std::sort(all.begin(), all.end());
  if (all.size() > most_frequent) all.resize(most_frequent);
  for (const auto& [count, number] : all) column.frequent.push_back(number);
  std::sort(column.frequent.begin(), column.frequent.end());
  for (const double number : column.frequent)
    column.shares.push_back(static_cast<double>(times.at(number)) /
                            static_cast<double>(column.seen));
}

}  // namespace

Table::Table(TableExample columns, std::vector<double> cells, std::vector<CellState> states)
    : example_(std::move(columns)), states_(std::move(states)) {
  const std::size_t width = example_.columns.size();
  if (width == 0 || cells.size() % width != 0 || cells.size() != states_.size())
    throw ShapeError(text("table: ", cells.size(), " cells and ", states_.size(), " states in ",
                          width, " columns; they must fill the same rows"));
  for (std::size_t i = 0; i < cells.size(); ++i)
    if (states_[i] != CellState::missing) check(example_.columns[i % width], cells[i]);
  cells_ = std::make_shared<const std::vector<double>>(std::move(cells));
}

std::int64_t Table::count() const {
  return static_cast<std::int64_t>(states_.size() / example_.columns.size());
}

Batch Table::gather(std::span<const std::int64_t> indices) const {
  detail::check_indices("table", indices, count());
  const std::size_t width = example_.columns.size();
  const Shape shape = {static_cast<std::int64_t>(indices.size()), static_cast<std::int64_t>(width)};
  std::vector<double> inputs;
  std::vector<float> mask;
  inputs.reserve(indices.size() * width), mask.reserve(indices.size() * width);
  for (const std::int64_t row : indices)
    for (std::size_t i = static_cast<std::size_t>(row) * width, j = 0; j < width; ++i, ++j) {
      const bool known = states_[i] == CellState::known;
      inputs.push_back(known ? (*cells_)[i] : 0);
      mask.push_back(known ? 1 : 0);
    }
  return {.inputs = from_vector(inputs, shape), .mask = from_vector(mask, shape)};
}

std::size_t Table::place(std::int64_t row, std::int64_t column) const {
  return static_cast<std::size_t>(row) * example_.columns.size() + static_cast<std::size_t>(column);
}

double Table::value(std::int64_t row, std::int64_t column) const {
  return state(row, column) == CellState::missing ? std::numeric_limits<double>::quiet_NaN()
                                                  : (*cells_)[place(row, column)];
}

CellState Table::state(std::int64_t row, std::int64_t column) const {
  return states_[place(row, column)];
}

std::int64_t Table::count_of(CellState state) const {
  std::int64_t found = 0;
  for (std::size_t i = 0; i < states_.size(); ++i)
    found += states_[i] == state &&
             example_.columns[i % example_.columns.size()].kind != ColumnKind::ignored;
  return found;
}

Table Table::hide(const std::vector<bool>& mask) const {
  Table table = *this;
  for (std::size_t i = 0; i < mask.size() && i < states_.size(); ++i)
    if (mask[i] && states_[i] == CellState::known) table.states_[i] = CellState::hidden;
  return table;
}

Table Table::with(TableExample columns) const {
  Table table = *this;
  table.example_ = std::move(columns);
  return table;
}

TableExample fit_columns(const SharedDataset& rows) {
  TableExample example = std::get<TableExample>(rows->examples().kind);
  const std::size_t width = example.columns.size();
  std::vector<std::map<double, std::int64_t>> times(width);
  for (const Batch& batch : Loader(rows, {.batch_size = 1024, .shuffle = false}).epoch(0)) {
    const double* x = batch.inputs.data<double>();
    const float* known = batch.mask.data<float>();
    for (std::size_t i = 0; i < static_cast<std::size_t>(batch.mask.count()); ++i)
      if (known[i] != 0) ++times[i % width][x[i]];
  }
  for (std::size_t j = 0; j < width; ++j) {
    Column& column = example.columns[j];
    Sums sums;
    column.seen = 0;
    for (const auto& [number, count] : times[j]) {
      column.seen += count;
      for (std::int64_t i = 0; i < count; ++i) sums.add(column.bent(number));
    }
    column.mean = sums.mean();
    column.deviation = sums.deviation() > 1e-9 * std::abs(sums.mean()) ? sums.deviation() : 1;
    column.least = times[j].empty() ? 0 : times[j].begin()->first;
    column.most = times[j].empty() ? 0 : times[j].rbegin()->first;
    if (column.has_words()) {
      column.shares.assign(column.words.size(), 0);
      for (const auto& [number, count] : times[j])
        column.shares[static_cast<std::size_t>(number)] =
            static_cast<double>(count) / static_cast<double>(column.seen);
    } else if (column.unit > 0) {
      find_frequent(column, times[j]);
    }
  }
  return example;
}

}  // namespace ebb::nn
