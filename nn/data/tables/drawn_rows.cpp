#include <algorithm>
#include <array>
#include <cmath>
#include <nn/data/tables/drawn_rows.hpp>
#include <tensor/makers.hpp>
#include <tensor/random.hpp>
#include <tensor/views.hpp>

namespace ebb::nn {

namespace {

constexpr int kinds = 4, sizes = 3, colors = 4;
enum Place { size_at, height_at, weight_at, flowers_at, color_at, wild_at, width };

constexpr double kind_p[kinds] = {0.4, 0.3, 0.2, 0.1};
constexpr double size_p[kinds][sizes] = {
    {0.7, 0.2, 0.1}, {0.2, 0.6, 0.2}, {0.1, 0.3, 0.6}, {0.3, 0.4, 0.3}};
constexpr double color_p[kinds][colors] = {{0.85, 0.05, 0.05, 0.05},
                                           {0.05, 0.7, 0.2, 0.05},
                                           {0.1, 0.1, 0.7, 0.1},
                                           {0.02, 0.03, 0.05, 0.9}};
constexpr double wild_p[sizes] = {0.9, 0.5, 0.2};
constexpr double flowers_rate[kinds] = {1, 4, 9, 20};
constexpr double height_mean[kinds] = {20, 45, 70, 30}, height_per_size = 12, height_deviation = 5;
constexpr double weight_log[kinds] = {1, 2, 3.5, 4}, weight_per_size = 0.6, weight_deviation = 0.3;

double log_normal(double x, double mean, double deviation) {
  const double z = (x - mean) / deviation;
  return -0.5 * (std::log(2 * 3.14159265358979323846) + z * z) - std::log(deviation);
}

double log_sum(const double* logs, int count) {
  const double most = *std::max_element(logs, logs + count);
  double total = 0;
  for (int i = 0; i < count; ++i) total += std::exp(logs[i] - most);
  return most + std::log(total);
}

double log_row(const double* x, const float* known) {
  double each_kind[kinds];
  for (int h = 0; h < kinds; ++h) {
    double each_size[sizes];
    for (int s = 0; s < sizes; ++s) {
      double& log_p = each_size[s] = std::log(size_p[h][s]);
      if (known[size_at] != 0 && x[size_at] != s) log_p = -HUGE_VAL;
      if (known[height_at] != 0)
        log_p += log_normal(x[height_at], height_mean[h] + height_per_size * s, height_deviation);
      if (known[weight_at] != 0)
        log_p += log_normal(std::log(x[weight_at]), weight_log[h] + weight_per_size * s,
                            weight_deviation) -
                 std::log(x[weight_at]);
      if (known[wild_at] != 0) log_p += std::log(x[wild_at] == 1 ? wild_p[s] : 1 - wild_p[s]);
    }
    double& log_p = each_kind[h] = std::log(kind_p[h]) + log_sum(each_size, sizes);
    if (known[flowers_at] != 0)
      log_p += x[flowers_at] * std::log(flowers_rate[h]) - flowers_rate[h] -
               std::lgamma(x[flowers_at] + 1);
    if (known[color_at] != 0) log_p += std::log(color_p[h][static_cast<int>(x[color_at])]);
  }
  return log_sum(each_kind, kinds);
}

int chosen(const double* p, int count, double u) {
  int i = 0;
  while (i + 1 < count && u >= p[i]) u -= p[i++];
  return i;
}

double poisson_quantile(double rate, double u) {
  double p = std::exp(-rate), k = 0;
  while (u >= p && k < 1000) u -= p, p *= rate / ++k;
  return k;
}

// Uniform numbers u and normal ones e of a row become its cells.
std::array<double, width> row_from(const double* u, const double* e) {
  const int h = chosen(kind_p, kinds, u[0]), s = chosen(size_p[h], sizes, u[1]);
  std::array<double, width> row = {};
  row[size_at] = s;
  row[height_at] = height_mean[h] + height_per_size * s + height_deviation * e[0];
  row[weight_at] = std::exp(weight_log[h] + weight_per_size * s + weight_deviation * e[1]);
  row[flowers_at] = poisson_quantile(flowers_rate[h], u[2]);
  row[color_at] = chosen(color_p[h], colors, u[3]);
  row[wild_at] = u[4] < wild_p[s] ? 1 : 0;
  return row;
}

TableExample columns_of_plants() {
  return {
      {{.name = "size", .kind = ColumnKind::ordered, .words = {"small", "medium", "large"}},
       {.name = "height", .kind = ColumnKind::real, .digits = 2},
       {.name = "weight", .kind = ColumnKind::positive, .digits = 3},
       {.name = "flowers", .kind = ColumnKind::count, .digits = 0},
       {.name = "color", .kind = ColumnKind::category, .words = {"white", "yellow", "red", "blue"}},
       {.name = "wild", .kind = ColumnKind::yes_no, .words = {"no", "yes"}}}};
}

}  // namespace

Table draw_rows(const RowsOptions& options) {
  if (options.count < 1 || !(options.missing >= 0 && options.missing < 1))
    throw Error(text("draw_rows: ", options.count, " rows of which ", options.missing,
                     " is missing; try at least one, and a part from 0 to below 1"));
  Random random = Random{options.seed}.fork("rows");
  const std::int64_t n = options.count;
  const std::vector<double> u = rand({n, 5}, random, DType::float64).to_vector<double>(),
                            e = randn({n, 2}, random, DType::float64).to_vector<double>(),
                            drop = rand({n, width}, random, DType::float64).to_vector<double>();
  std::vector<double> cells;
  std::vector<CellState> states;
  for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
    const std::array<double, width> row = row_from(&u[5 * i], &e[2 * i]);
    cells.insert(cells.end(), row.begin(), row.end());
    for (std::size_t j = 0; j < width; ++j)
      states.push_back(drop[i * width + j] < options.missing ? CellState::missing
                                                             : CellState::known);
  }
  return Table(columns_of_plants(), std::move(cells), std::move(states));
}

Tensor log_probability_of_rows(const Batch& batch) {
  if (batch.inputs.rank() != 2 || batch.inputs.size(1) != width ||
      batch.mask.shape() != batch.inputs.shape())
    throw ShapeError(text("rows: ", batch.inputs.shape(), " and mask ", batch.mask.shape(),
                          " are none of draw_rows; these are [n, 6]"));
  const std::vector<double> x = batch.inputs.to_vector<double>();
  const std::vector<float> known = batch.mask.to_vector<float>();
  std::vector<double> logs;
  for (std::size_t i = 0; i < x.size(); i += width) logs.push_back(log_row(&x[i], &known[i]));
  return from_vector(logs);
}

}  // namespace ebb::nn
