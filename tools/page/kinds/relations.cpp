#include <cmath>
#include <limits>
#include <tools/page/encoding.hpp>
#include <tools/page/kinds/relations.hpp>

namespace ebb::tools {

using Json = nlohmann::ordered_json;

namespace {

constexpr std::size_t most_features = 24, most_words = 5;
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

// A number that is made of the cells of a column.
struct Feature {
  std::string name;
  std::size_t column;
  double word = -1;  // is it that word? -1: the cell itself

  double of(const nn::Column& as, double cell) const {
    return word >= 0 ? (cell == word ? 1 : 0) : as.bent(cell);
  }
};

std::vector<Feature> features_of(const std::vector<nn::Column>& columns) {
  std::vector<Feature> all;
  for (std::size_t j = 0; j < columns.size(); ++j) {
    const nn::Column& column = columns[j];
    if (!is_modelled(column)) continue;
    if (column.has_numbers() || column.kind == nn::ColumnKind::ordered) {
      all.push_back({column.name, j});
      continue;
    }
    const std::size_t words = column.words.size();
    if (words > most_words) continue;
    for (std::size_t i = words == 2 ? 1 : 0; i < words; ++i)  // of two one says both
      all.push_back({column.name + " = " + column.words[i], j, static_cast<double>(i)});
  }
  return all;
}

using Lists = std::vector<std::vector<double>>;

Lists values_of(const std::vector<Feature>& features, const std::vector<nn::Column>& columns,
                const RowCells& cells) {
  Lists all;
  for (const Feature& feature : features) {
    std::vector<double>& values = all.emplace_back(cells.count(), unknown);
    for (std::size_t row = 0; row < values.size(); ++row)
      if (cells.knows(row, feature.column))
        values[row] = feature.of(columns[feature.column], cells.at(row, feature.column));
  }
  return all;
}

// 0 where one of them does not vary.
double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  double n = 0, mean_a = 0, mean_b = 0, aa = 0, bb = 0, ab = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::isnan(a[i]) || std::isnan(b[i])) continue;
    ++n;
    const double da = a[i] - mean_a, db = b[i] - mean_b;
    mean_a += da / n, mean_b += db / n;
    aa += da * (a[i] - mean_a), bb += db * (b[i] - mean_b), ab += da * (b[i] - mean_b);
  }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

Lists correlations(const Lists& values) {
  Lists rows(values.size(), std::vector<double>(values.size(), 1));
  for (std::size_t i = 0; i < values.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) rows[i][j] = rows[j][i] = correlation(values[i], values[j]);
  return rows;
}

Json apart(const Lists& a, const Lists& b) {
  double sum = 0, pairs = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) sum += std::abs(a[i][j] - b[i][j]), ++pairs;
  return rounded(sum / pairs, 3);
}

Json written(const Lists& rows) {
  Json all = Json::array();
  for (const std::vector<double>& row : rows) all.push_back(rounded(row, 2));
  return all;
}

}  // namespace

Json relations_in(const std::vector<nn::Column>& columns, const RowCells& train,
                  const RowCells& test, const RowCells& generated) {
  std::vector<Feature> features = features_of(columns);
  std::erase_if(features, [&](const Feature& feature) {
    const std::vector<double> own = values_of({feature}, columns, train).front();
    return correlation(own, own) == 0;
  });
  if (features.size() < 2) return nullptr;
  const std::size_t all = features.size();
  if (all > most_features) features.erase(features.begin() + most_features, features.end());
  const Lists real = correlations(values_of(features, columns, train)),
              made = correlations(values_of(features, columns, generated)),
              others = correlations(values_of(features, columns, test));
  Json found = {{"names", Json::array()},     {"left_out", all - features.size()},
                {"real", written(real)},      {"generated", written(made)},
                {"apart", apart(real, made)}, {"test_apart", apart(real, others)}};
  for (const Feature& feature : features) found["names"].push_back(feature.name);
  return found;
}

}  // namespace ebb::tools
