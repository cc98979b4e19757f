#include <doctest/doctest.h>

#include <tools/page/kinds/missing.hpp>

using namespace ebb::tools;
using Json = nlohmann::ordered_json;

TEST_CASE("missing: shares of each column, and which cells are missing together") {
  const RowCells train{std::vector<double>(10), {1, 1, 0, 0, 1, 0, 0, 0, 1, 1}, 2};
  const RowCells test{std::vector<double>(2), {1, 0}, 2};
  const Json missing = missing_in(train, test);
  CHECK(missing["rows"] == 5);
  CHECK(missing["complete"] == 2);
  CHECK(missing["train"] == Json{.4, .6});
  CHECK(missing["test"] == Json{0., 1.});
  CHECK(missing["different"] == 2);
  CHECK(missing["patterns"][0] == Json{{"columns", {0, 1}}, {"rows", 2}});
  const Json second = missing["patterns"][1]["columns"];
  REQUIRE(second.size() == 1);
  CHECK(second[0] == 1);
  CHECK(missing["patterns"][1]["rows"] == 1);
}

TEST_CASE("missing: nothing where all is known") {
  const RowCells whole{std::vector<double>(4), {1, 1, 1, 1}, 2};
  CHECK(missing_in(whole, whole).is_null());
}
