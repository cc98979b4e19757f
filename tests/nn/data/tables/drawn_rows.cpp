#include <doctest/doctest.h>

#include <cmath>
#include <nn/data/tables/drawn_rows.hpp>
#include <numeric>
#include <tensor/elementwise.hpp>
#include <tensor/makers.hpp>
#include <tests/support.hpp>

using namespace ebb;
using nn::CellState;

namespace {

nn::Batch all_of(const nn::Table& table) {
  std::vector<std::int64_t> all(static_cast<std::size_t>(table.count()));
  std::iota(all.begin(), all.end(), 0);
  return table.gather(all);
}

double log_p(const std::vector<double>& row, const std::vector<float>& known) {
  return nn::log_probability_of_rows(
             {.inputs = from_vector(row, {1, 6}), .mask = from_vector(known, {1, 6})})
      .item();
}

}  // namespace

TEST_CASE("draw_rows: some cells are missing, and the same seed draws the same") {
  const nn::Table table = nn::draw_rows({.count = 2000, .seed = 3, .missing = 0.25});
  CHECK(table.count() == 2000);
  CHECK(std::abs(static_cast<double>(table.count_of(CellState::missing)) / 12'000 - 0.25) < 0.02);
  const nn::Table again = nn::draw_rows({.count = 2000, .seed = 3, .missing = 0.25});
  CHECK(all_of(again).inputs.to_vector<double>() == all_of(table).inputs.to_vector<double>());
  CHECK(nn::draw_rows({.count = 5, .missing = 0}).count_of(CellState::known) == 30);
}

TEST_CASE("log_probability_of_rows: nothing known has probability 1, and words sum to one") {
  const std::vector<double> none(6, 0);
  CHECK(log_p(none, {0, 0, 0, 0, 0, 0}) == doctest::Approx(0).epsilon(1e-12));
  double total = 0;
  for (int size = 0; size < 3; ++size)
    for (int color = 0; color < 4; ++color)
      for (int wild = 0; wild < 2; ++wild)
        total += std::exp(
            log_p({double(size), 0, 0, 0, double(color), double(wild)}, {1, 0, 0, 0, 1, 1}));
  CHECK(total == doctest::Approx(1).epsilon(1e-12));
  double counts = 0;
  for (int n = 0; n < 200; ++n)
    counts += std::exp(log_p({0, 0, 0, double(n), 0, 0}, {0, 0, 0, 1, 0, 0}));
  CHECK(counts == doctest::Approx(1).epsilon(1e-12));
  // P(wild) = Σ_h π_h Σ_s P(s|h) P(wild|s), by hand: sizes have .38, .36 and .26.
  CHECK(log_p({0, 0, 0, 0, 0, 1}, {0, 0, 0, 0, 0, 1}) ==
        doctest::Approx(std::log(0.39 * 0.9 + 0.36 * 0.5 + 0.25 * 0.2)).epsilon(1e-12));
}

TEST_CASE("log_probability_of_rows: densities integrate to one") {
  double height = 0, weight = 0;
  for (double x = -20; x < 150; x += 0.25)
    height += 0.25 * std::exp(log_p({0, x, 0, 0, 0, 0}, {0, 1, 0, 0, 0, 0}));
  for (double x = 0.025; x < 1500; x += 0.05)
    weight += 0.05 * std::exp(log_p({0, 0, x, 0, 0, 0}, {0, 0, 1, 0, 0, 0}));
  CHECK(height == doctest::Approx(1).epsilon(1e-6));
  CHECK(weight == doctest::Approx(1).epsilon(1e-3));
}

TEST_CASE("draw_rows: rows come as often as their probability says") {
  const nn::Batch rows = all_of(nn::draw_rows({.count = 20'000, .missing = 0}));
  const std::vector<double> x = rows.inputs.to_vector<double>();
  double wild = 0, blue_large = 0;
  for (std::size_t i = 0; i < x.size(); i += 6)
    wild += x[i + 5], blue_large += x[i] == 2 && x[i + 4] == 3;
  CHECK(std::abs(wild / 20'000 - std::exp(log_p({0, 0, 0, 0, 0, 1}, {0, 0, 0, 0, 0, 1}))) < 0.015);
  CHECK(std::abs(blue_large / 20'000 - std::exp(log_p({2, 0, 0, 0, 3, 0}, {1, 0, 0, 0, 1, 0}))) <
        0.01);
}

TEST_CASE("draw_rows: what cannot be is refused") {
  CHECK(
      message_of<Error>([] { return nn::draw_rows({.count = 0}).count(); }) ==
      "draw_rows: 0 rows of which 0.1 is missing; try at least one, and a part from 0 to below 1");
  CHECK_THROWS_AS(nn::draw_rows({.missing = 1}), Error);
  CHECK(message_of<ShapeError>([] {
          return nn::log_probability_of_rows({.inputs = zeros({2, 5})});
        }) == "rows: [2, 5] and mask [0] are none of draw_rows; these are [n, 6]");
}
