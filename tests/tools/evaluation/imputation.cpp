#include <doctest/doctest.h>

#include <cmath>
#include <tensor/makers.hpp>
#include <tests/support.hpp>
#include <tools/evaluation/imputation.hpp>

using namespace ebb;
using nn::CellState, nn::ColumnKind, nn::Table;

TEST_CASE("imputation_errors: by hand") {
  const std::vector<std::string> three = {"a", "b", "c"};
  const Table table({{{.name = "x"},
                      {.name = "w", .kind = ColumnKind::category, .words = three},
                      {.name = "o", .kind = ColumnKind::ordered, .words = three}}},
                    {0, 0, 0, 2, 1, 2, 4, 2, 0}, std::vector<CellState>(9, CellState::known));
  const Table hidden = table.hide({true, true, false, true, true, true, false, false, false});
  const Tensor filled = from_vector<double>({1, 0, 0, 5, 2, 0, 4, 2, 0}, {3, 3});
  const tools::ImputationErrors errors = tools::imputation_errors(hidden, filled);
  // Off by 1 and 3 in a column with the variance 8/3 and the range 4.
  CHECK(errors.squared_error == doctest::Approx(5 / (8.0 / 3)));
  CHECK(errors.numbers.error == doctest::Approx(std::sqrt(5.0) / 4));
  CHECK(errors.numbers.cells == 2);
  CHECK(errors.kinds.at(ColumnKind::category).error == 0.5);
  CHECK(errors.kinds.at(ColumnKind::ordered).error == 1);
  CHECK(errors.words.error == 0.75);
  CHECK(errors.words.cells == 3);
}

TEST_CASE("imputation_errors: nothing hidden, and another shape") {
  const Table table({{{.name = "x"}}}, {1, 2}, std::vector<CellState>(2, CellState::known));
  const tools::ImputationErrors errors =
      tools::imputation_errors(table, from_vector<double>({1, 2}, {2, 1}));
  CHECK(std::isnan(errors.squared_error));
  CHECK(errors.kinds.empty());
  CHECK(message_of<ShapeError>([&] {
          return tools::imputation_errors(table, zeros({1, 1}));
        }) == "imputation: [1, 1] cells for a table [2, 1]; fill all of it");
}
