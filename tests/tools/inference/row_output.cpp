#include <doctest/doctest.h>

#include <tensor/makers.hpp>
#include <tests/support.hpp>
#include <tools/inference/row_output.hpp>

using namespace ebb;

TEST_CASE("row output: a header and a line for each row, in the columns' own words") {
  const TemporaryFolder place;
  const std::string out = (place.path() / "rows.csv").string();
  nn::TableExample table;
  table.columns.resize(3);
  table.columns[0].name = "color, of it";
  table.columns[0].kind = nn::ColumnKind::category;
  table.columns[0].words = {"red", "blue"};
  table.columns[1].name = "count";
  table.columns[1].kind = nn::ColumnKind::count;
  table.columns[1].unit = 1;
  table.columns[1].most = 9;
  table.columns[2].name = "nothing";
  table.columns[0].seen = table.columns[1].seen = 3;
  const auto file = tools::open_rows(out, table);
  file->add({.inputs = from_vector<double>({1, 4, 0, 0, 9, 0}, {2, 3})});
  CHECK(!std::filesystem::exists(out));
  CHECK(file->finish() == out + ", 2 x 3");
  CHECK(read_file(out) == "\"color, of it\",count,nothing\nblue,4,\nred,9,\n");
}
