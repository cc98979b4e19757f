#include <algorithm>
#include <cmath>
#include <models/tables/cells.hpp>
#include <tensor/makers.hpp>
#include <tensor/views.hpp>

namespace ebb::models {

namespace {

using nn::Column, nn::ColumnKind;

constexpr double endless = 1e6;  // in scaled numbers: a width that reaches below all of them
constexpr double widest = 20.0;  // in deviations: an encoder sees no number that is farther out

double scaled(const Column& column, double number) {
  return (column.bent(number) - column.mean) / column.deviation;
}

// The cells of a batch, one by one.
struct Rows {
  std::vector<double> values;
  std::vector<float> known;
  std::size_t width;

  std::size_t count() const { return values.size() / width; }
  bool knows(std::size_t row, std::size_t column) const { return known[row * width + column] != 0; }
  // Where nothing is known, a number that the column can hold.
  double at(std::size_t row, std::size_t column, const Column& what) const {
    return knows(row, column) ? values[row * width + column] : what.least;
  }
};

// fill(row, column) for all rows and the columns of a group.
template <class Number, class Fill>
Tensor filled(const Rows& rows, const std::vector<std::size_t>& group, Fill fill) {
  std::vector<Number> numbers;
  numbers.reserve(rows.count() * group.size());
  for (std::size_t i = 0; i < rows.count(); ++i)
    for (const std::size_t j : group) numbers.push_back(static_cast<Number>(fill(i, j)));
  return from_vector(
      numbers, {static_cast<std::int64_t>(rows.count()), static_cast<std::int64_t>(group.size())});
}

double upper_end(const Column& column, double number) {
  return scaled(column, number + 0.5 * column.unit);
}

// Of the unit of a number, scaled. The least one, of a count or of a positive number, has all that
// lies below it, too.
double unit_width(const Column& column, double number) {
  const double end = number - 0.5 * column.unit;
  const bool none_below =
      (column.kind == ColumnKind::count && end < 0) ||
      (column.kind == ColumnKind::positive && end + column.offset < column.unit);
  return none_below ? endless : upper_end(column, number) - scaled(column, end);
}

struct Features {
  Tensor values, linear;
};

Features features_of(const ColumnGroups& groups, const Rows& rows) {
  const auto width = static_cast<std::size_t>(groups.features);
  std::vector<float> features(rows.count() * width), linear(features.size());
  for (std::size_t i = 0; i < rows.count(); ++i) {
    std::size_t at = i * width;
    for (std::size_t j = 0; j < rows.width; ++j) {
      const Column& column = groups.columns[j];
      if (column.seen == 0) continue;
      const bool known = rows.knows(i, j);
      features[at++] = known ? 1 : 0;
      const double value = rows.at(i, j, column);
      if (known && column.has_words())
        features[at + static_cast<std::size_t>(value)] = 1;
      else if (known)
        features[at] = static_cast<float>(std::clamp(scaled(column, value), -widest, widest));
      const std::size_t wide = column.has_words() ? column.words.size() : 1;
      // Of one-hot words the first is left out: the others determine it.
      if (known)
        std::fill(linear.begin() + static_cast<std::ptrdiff_t>(at + column.has_words()),
                  linear.begin() + static_cast<std::ptrdiff_t>(at + wide), 1.f);
      at += wide;
    }
  }
  const Shape shape = {static_cast<std::int64_t>(rows.count()), groups.features};
  return {from_vector(features, shape), from_vector(linear, shape)};
}

Rows rows_of(const ColumnGroups& groups, const nn::Batch& batch) {
  const auto width = static_cast<std::int64_t>(groups.columns.size());
  const bool masked = batch.mask.count() > 0;
  if (batch.inputs.rank() != 2 || batch.inputs.size(1) != width ||
      (masked && batch.mask.shape() != batch.inputs.shape()))
    throw ShapeError(text("table: rows ", batch.inputs.shape(), " and mask ", batch.mask.shape(),
                          "; try [n, ", width, "] for both"));
  Rows rows = {
      cast(batch.inputs, DType::float64).to_vector<double>(), {}, static_cast<std::size_t>(width)};
  rows.known = masked ? cast(batch.mask, DType::float32).to_vector<float>()
                      : std::vector<float>(rows.values.size(), 1);
  for (std::size_t i = 0; i < rows.known.size(); ++i)
    if (groups.columns[i % rows.width].seen == 0) rows.known[i] = 0;
  return rows;
}

}  // namespace

ColumnGroups::ColumnGroups(const nn::TableExample& table) : columns(table.columns) {
  for (std::size_t j = 0; j < columns.size(); ++j) {
    Column& column = columns[j];
    first_features.push_back(static_cast<std::size_t>(features + 1));
    if (column.kind == ColumnKind::ignored) column.seen = 0;
    if (column.seen == 0) continue;
    features += 1 + (column.has_words() ? static_cast<std::int64_t>(column.words.size()) : 1);
    most_frequent = std::max(most_frequent, column.unit > 0 && !column.has_words()
                                                ? static_cast<std::int64_t>(column.frequent.size())
                                                : 0);
    (column.has_words()                 ? words
     : column.unit > 0                  ? units
     : column.kind == ColumnKind::count ? counts
                                        : gaussian)
        .push_back(j);
  }
  const std::size_t all = gaussian.size() + counts.size() + units.size() + words.size();
  std::vector<std::int32_t> found(columns.size(), static_cast<std::int32_t>(all));
  std::int32_t next = 0;
  for (const auto* group : {&gaussian, &counts, &units, &words})
    for (const std::size_t j : *group) found[j] = next++;
  places = from_vector(found);
}

Cells::Cells(const ColumnGroups& groups, const nn::Batch& batch) {
  const Rows rows = rows_of(groups, batch);
  const auto& columns = groups.columns;
  const auto value = [&](std::size_t i, std::size_t j) { return rows.at(i, j, columns[j]); };
  known = from_vector(rows.known, batch.inputs.shape());
  const Features made = features_of(groups, rows);
  features = made.values, linear = made.linear;
  numbers = filled<float>(rows, groups.gaussian, [&](std::size_t i, std::size_t j) {
    return scaled(columns[j], value(i, j));
  });
  log_slopes = filled<float>(rows, groups.gaussian, [&](std::size_t i, std::size_t j) {
    const bool bent = columns[j].kind == ColumnKind::positive;
    return -std::log(columns[j].deviation) -
           (bent ? std::log(value(i, j) + columns[j].offset) : 0.0);
  });
  counts = filled<double>(rows, groups.counts, value);
  upper = filled<float>(rows, groups.units, [&](std::size_t i, std::size_t j) {
    return upper_end(columns[j], value(i, j));
  });
  widths = filled<float>(rows, groups.units, [&](std::size_t i, std::size_t j) {
    return unit_width(columns[j], value(i, j));
  });
  frequent = filled<std::int32_t>(rows, groups.units, [&](std::size_t i, std::size_t j) {
    const std::vector<double>& all = columns[j].frequent;
    const auto at = std::lower_bound(all.begin(), all.end(), value(i, j));
    return at != all.end() && *at == value(i, j) ? at - all.begin() + 1 : 0;
  });
  for (const std::size_t j : groups.words)
    words.push_back(reshape(filled<std::int32_t>(rows, {j}, value), {-1}));
}

}  // namespace ebb::models
