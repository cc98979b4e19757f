#include <algorithm>
#include <cmath>
#include <nn/data/tables/read_table.hpp>
#include <set>
#include <tools/page/encoding.hpp>
#include <tools/page/kinds/columns.hpp>
#include <tools/training/scoring/scores.hpp>

namespace ebb::tools {

using Json = nlohmann::ordered_json;

namespace {

constexpr std::size_t most_names = 20, most_bins = 24;

// Where cells of a column are counted.
struct Places {
  std::vector<double> each;   // numbers or words that are counted one by one, "others" behind them
  std::vector<double> edges;  // else: of bins, the first and the last open to the outside

  std::size_t count() const { return each.empty() ? edges.size() - 1 : each.size() + 1; }
  std::size_t of(double value) const {
    if (each.empty()) {
      const auto above = std::upper_bound(edges.begin() + 1, edges.end() - 1, value);
      return static_cast<std::size_t>(above - edges.begin()) - 1;
    }
    const auto same = [&](double x) { return std::abs(x - value) <= 1e-9 * std::abs(value); };
    return static_cast<std::size_t>(std::find_if(each.begin(), each.end(), same) - each.begin());
  }
};

// Words in their own order, or the most frequent ones first.
std::vector<double> words_to_count(const nn::Column& column) {
  std::vector<double> words;
  for (std::size_t i = 0; i < column.words.size(); ++i) words.push_back(static_cast<double>(i));
  if (column.kind != nn::ColumnKind::ordered && !column.shares.empty())
    std::stable_sort(words.begin(), words.end(), [&](double a, double b) {
      return column.shares[static_cast<std::size_t>(a)] >
             column.shares[static_cast<std::size_t>(b)];
    });
  if (words.size() > most_names) words.resize(most_names);
  return words;
}

// What numbers of the column are multiples of; 0: of none.
double step_of(const nn::Column& column) {
  return column.kind == nn::ColumnKind::count ? 1 : column.unit;
}

// Bins of numbers that are multiples of a step, each of as many of those.
std::vector<double> whole_edges(double low, double high, double step) {
  const double width = step * std::ceil((high - low + step) / step / most_bins);
  std::vector<double> edges = {std::floor(low / step) * step - step / 2};
  while (edges.back() < high)
    edges.push_back(edges.front() + width * static_cast<double>(edges.size()));
  return edges;
}

std::vector<double> even_edges(double low, double high) {
  std::vector<double> edges;
  for (std::size_t i = 0; i <= most_bins; ++i)
    edges.push_back(low + static_cast<double>(i) / most_bins * (high - low));
  return edges;
}

// Bins of one width; of logarithms where numbers reach over more than a power of ten.
std::vector<double> edges_for(const nn::Column& column, const std::vector<double>& sorted) {
  constexpr double outside = 0.002;
  double low = quantile(sorted, outside), high = quantile(sorted, 1 - outside);
  if (!(high > low)) low = sorted.front(), high = sorted.back();
  const double step = step_of(column);
  if (column.kind == nn::ColumnKind::positive && low > 0 && high > 10 * low) {
    std::vector<double> edges = even_edges(column.bent(low), column.bent(high));
    for (double& edge : edges) edge = column.unbent(edge);
    if (edges[1] - edges[0] > 5 * step) return edges;
  }
  return step > 0 ? whole_edges(low, high, step) : even_edges(low, high);
}

Places places_for(const nn::Column& column, std::vector<double> known) {
  if (column.has_words()) return {words_to_count(column), {}};
  const std::set<double> different(known.begin(), known.end());
  const bool repeated = known.size() >= 5 * different.size();
  if (repeated && different.size() <= most_names) return {{different.begin(), different.end()}, {}};
  std::sort(known.begin(), known.end());
  return {{}, edges_for(column, known)};
}

std::vector<double> shares_of(const std::vector<double>& values, const Places& places) {
  std::vector<double> shares(places.count());
  for (const double value : values) shares[places.of(value)] += 1;
  for (double& share : shares) share /= std::max<double>(1, static_cast<double>(values.size()));
  return shares;
}

double apart(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += std::abs(a[i] - b[i]);
  return sum / 2;
}

void add_names(Json& found, const nn::Column& column, const Places& places) {
  found["names"] = found["edges"] = nullptr;
  if (places.each.empty()) {
    found["edges"] = rounded(places.edges, 7);
    found["step"] = step_of(column);
    return;
  }
  found["names"] = Json::array();
  for (const double each : places.each) found["names"].push_back(nn::cell_of(column, each));
}

}  // namespace

Json columns_in(const std::vector<nn::Column>& columns, const RowCells& train, const RowCells& test,
                const RowCells& generated) {
  Json all = Json::array();
  for (std::size_t j = 0; j < columns.size(); ++j) {
    const nn::Column& column = columns[j];
    const std::vector<double> known = train.known_in(j);
    Json found = {
        {"name", column.name}, {"kind", nn::name_of(column.kind)}, {"seen", known.size()}};
    if (is_modelled(column) && !known.empty()) {
      const Places places = places_for(column, known);
      const std::vector<double> real = shares_of(known, places),
                                made = shares_of(generated.known_in(j), places);
      const std::vector<double> others = test.known_in(j);
      add_names(found, column, places);
      found["real"] = rounded(real, 4);
      found["generated"] = rounded(made, 4);
      found["apart"] = rounded(apart(real, made), 3);
      found["test_apart"] =
          others.empty() ? Json() : rounded(apart(real, shares_of(others, places)), 3);
    }
    all.push_back(std::move(found));
  }
  return all;
}

}  // namespace ebb::tools
