// Covers: nn/data/column.cpp
#include <doctest/doctest.h>

#include <cmath>
#include <nn/data/split.hpp>
#include <nn/data/tables/table.hpp>
#include <tests/support.hpp>

using namespace ebb;
using nn::CellState, nn::Column, nn::ColumnKind, nn::Table, nn::TableExample;

namespace {

constexpr CellState known = CellState::known, missing = CellState::missing;

TableExample columns() {
  return {{{.name = "x"},
           {.name = "p", .kind = ColumnKind::positive},
           {.name = "w", .kind = ColumnKind::category, .words = {"a", "b", "c"}}}};
}
Table small() {
  return Table(columns(), {1, 1, 0, 3, std::exp(2.0), 1, 99, 7, 0},
               {known, known, known, known, known, known, known, missing, known});
}

}  // namespace

TEST_CASE("table: a batch holds what is known, and a mask") {
  const Table table = small().hide({false, false, false, true});
  const nn::Batch batch = table.gather(std::vector<std::int64_t>{2, 1});
  CHECK(batch.inputs.to_vector<double>() == std::vector<double>{99, 0, 0, 0, std::exp(2.0), 1});
  CHECK(batch.mask.to_vector<float>() == std::vector<float>{1, 0, 1, 0, 1, 1});
  CHECK(table.state(1, 0) == CellState::hidden);
  CHECK(table.value(1, 0) == 3);
  CHECK(std::isnan(table.value(2, 1)));
  CHECK(table.count_of(CellState::hidden) == 1);
  CHECK(table.count() == 3);
}

TEST_CASE("table: the training rows alone say how columns are scaled") {
  const nn::Subset train(small(), {0, 1});
  const TableExample fitted = nn::fit_columns(train);
  CHECK(fitted.columns[0].mean == 2);
  CHECK(fitted.columns[0].deviation == 1);
  CHECK(fitted.columns[0].most == 3);
  CHECK(fitted.columns[1].mean == doctest::Approx(1));  // of the logarithms 0 and 2
  CHECK(fitted.columns[1].most == std::exp(2.0));
  CHECK(fitted.columns[2].shares == std::vector<double>{0.5, 0.5, 0});
  CHECK(fitted.columns[2].seen == 2);
  const nn::ScaledRows rows(train, fitted);
  CHECK(std::get<TableExample>(rows.examples().kind) == fitted);
  CHECK(rows.gather(std::vector<std::int64_t>{0}).inputs.count() == 3);
  CHECK(fitted.has_same_columns(columns()));
  CHECK(fitted != columns());
}

TEST_CASE("table: a constant column, and one that is all missing, have a scale") {
  const Table table({{{.name = "c"}, {.name = "m"}}}, {1e9, 0, 1e9, 0},
                    {known, missing, known, missing});
  const TableExample fitted = nn::fit_columns(table);
  CHECK(fitted.columns[0].deviation == 1);
  CHECK(fitted.columns[0].mean == 1e9);
  CHECK(fitted.columns[1].seen == 0);
}

TEST_CASE("table: numbers that come up again and again are known") {
  std::vector<double> cells;
  for (int i = 0; i < 400; ++i) cells.push_back(i % 2 == 0 ? 5 : i);
  const Table table({{{.name = "n", .kind = ColumnKind::count, .unit = 1}}}, cells,
                    std::vector<CellState>(400, known));
  const Column column = nn::fit_columns(table).columns[0];
  CHECK(column.frequent == std::vector<double>{5});
  CHECK(column.shares == std::vector<double>{201.0 / 400});
}

TEST_CASE("table: what a column cannot hold is refused") {
  const auto refusal = [](ColumnKind kind, double number) {
    return message_of<Error>([&] {
      return Table({{{.name = "x", .kind = kind, .words = {"a", "b"}}}}, {number}, {known}).count();
    });
  };
  CHECK(
      refusal(ColumnKind::positive, 0) ==
      "table: 0 in column 'x', which is positive; try another kind, or hold the cell for missing");
  for (const auto& [kind, number] : {std::pair(ColumnKind::count, 1.5),
                                     {ColumnKind::count, -1.0},
                                     {ColumnKind::category, 2.0},
                                     {ColumnKind::yes_no, 0.5},
                                     {ColumnKind::real, HUGE_VAL}})
    CHECK(refusal(kind, number).starts_with("table: "));
  CHECK(message_of<ShapeError>([] {
          return Table({{{.name = "x"}}}, {1, 2}, {known}).count();
        }) == "table: 2 cells and 1 states in 1 columns; they must fill the same rows");
  CHECK_THROWS_AS(small().gather(std::vector<std::int64_t>{3}), Error);
}
