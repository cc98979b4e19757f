#include <doctest/doctest.h>

#include <tensor/makers.hpp>
#include <tests/tools/page/kinds/file_run.hpp>
#include <tools/page/kinds/row_cells.hpp>

using namespace ebb;
using namespace ebb::tools;
using Json = nlohmann::ordered_json;

TEST_CASE("row cells: those of the first rows, known or not") {
  const TableRun small;
  const OpenedRun run = small.open();
  const RowCells cells = cells_of(run.data->train, 50);
  CHECK(cells.width == 6);
  CHECK(cells.count() == 50);
  CHECK(cells.known_in(3).size() == 50);
  CHECK(cells.known_in(1).size() < 50);
  const nn::Batch first = run.data->train->gather(nn::indices_between(0, 1));
  CHECK(cells.at(0, 3) == first.inputs.to_vector<double>()[3]);
  CHECK(cells_of(run.data->train, 1'000).count() == 72);
}

TEST_CASE("row cells: drawn ones are whole, the same each time, and fit their columns") {
  const TableRun small;
  const OpenedRun run = small.open();
  const RowCells cells = drawn_cells(run, 700);
  CHECK(cells.count() == 700);
  CHECK(drawn_cells(run, 700).values == cells.values);
  CHECK(cells.known_in(1).size() == 700);
  for (const double word : cells.known_in(5)) CHECK((word == 0 || word == 1 || word == 2));
}

TEST_CASE("row cells: written as their columns have them, null where nothing is known") {
  const TableRun small;
  const OpenedRun run = small.open();
  const auto& columns = std::get<nn::TableExample>(run.trained.examples.kind).columns;
  CHECK_FALSE(is_modelled(columns[0]));
  const Json rows = written_rows(chosen(run.test(), {0, 1, 2}), columns);
  REQUIRE(rows.size() == 3);
  for (const Json& row : rows) {
    REQUIRE(row.size() == 6);
    CHECK(row[0].is_null());  // it is ignored
    const std::string sort = row[5];
    CHECK(strange_table().find("," + sort + "\n") != std::string::npos);
  }
  nn::Column word{.name = "w", .kind = nn::ColumnKind::category, .words = {std::string(200, 'w')}};
  word.seen = 1;
  const std::string cut = written_rows({.inputs = zeros({1, 1}, DType::float64)}, {word})[0][0];
  CHECK(cut.starts_with(std::string(80, 'w')));
  CHECK(cut.substr(80) == "…");
}
