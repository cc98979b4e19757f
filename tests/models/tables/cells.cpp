#include <doctest/doctest.h>

#include <cmath>
#include <models/tables/cells.hpp>
#include <nn/data/tables/table.hpp>
#include <tensor/makers.hpp>

using namespace ebb;
using nn::Column, nn::ColumnKind;

namespace {

models::Cells cells_of(const Column& column, const std::vector<double>& numbers) {
  const nn::TableExample table = {{column}};
  return {models::ColumnGroups(table),
          {.inputs = from_vector(numbers, {static_cast<std::int64_t>(numbers.size()), 1})}};
}

}  // namespace

TEST_CASE("cells: a unit is as wide as it is, however large its number") {
  const Column column = {.name = "inhabitants",
                         .kind = ColumnKind::positive,
                         .unit = 1,
                         .seen = 9,
                         .mean = std::log(2e6),
                         .deviation = 1.5,
                         .least = 1,
                         .most = 9e6};
  const models::Cells cells = cells_of(column, {1, 20, 5e6, 4e9});
  const auto upper = cells.upper.to_vector<float>(), widths = cells.widths.to_vector<float>();
  CHECK(upper[1] == doctest::Approx((std::log(20.5) - std::log(2e6)) / 1.5));
  CHECK(widths[0] > 1e5);  // no positive number lies below the least one
  CHECK(widths[1] == doctest::Approx(std::log(20.5 / 19.5) / 1.5));
  CHECK(widths[2] == doctest::Approx(1 / (5e6 * 1.5)).epsilon(1e-4));
  CHECK(widths[3] == doctest::Approx(1 / (4e9 * 1.5)).epsilon(1e-4));
}

TEST_CASE("cells: seconds of a year keep their width, and counts have all that is below 0") {
  const Column seconds = {
      .name = "t", .unit = 1, .seen = 9, .mean = 1.7e9, .deviation = 9e6, .least = 0, .most = 2e9};
  for (const float width : cells_of(seconds, {1.69e9, 1.71e9}).widths.to_vector<float>())
    CHECK(width == doctest::Approx(1 / 9e6).epsilon(1e-4));
  const Column count = {.name = "n",
                        .kind = ColumnKind::count,
                        .unit = 1,
                        .seen = 9,
                        .mean = 3,
                        .deviation = 2,
                        .most = 20};
  const auto widths = cells_of(count, {0, 1, 7}).widths.to_vector<float>();
  CHECK(widths[0] > 1e5);
  CHECK(widths[1] == 0.5);
  CHECK(widths[2] == 0.5);
}
