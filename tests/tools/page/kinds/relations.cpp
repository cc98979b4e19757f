#include <doctest/doctest.h>

#include <tools/page/kinds/relations.hpp>

using namespace ebb;
using namespace ebb::tools;
using Json = nlohmann::ordered_json;

namespace {

nn::Column column(const char* name, nn::ColumnKind kind, std::vector<std::string> words = {}) {
  return {.name = name, .kind = kind, .words = std::move(words), .seen = 1};
}

RowCells cells(const std::vector<double>& values, std::size_t width) {
  return {values, std::vector<float>(values.size(), 1), width};
}

}  // namespace

TEST_CASE("relations: numbers as they are, positive ones by their logarithms") {
  const std::vector<nn::Column> columns = {column("x", nn::ColumnKind::real),
                                           column("p", nn::ColumnKind::positive),
                                           column("id", nn::ColumnKind::ignored)};
  const RowCells train = cells({1, 10, 0, 2, 100, 0, 3, 1000, 0}, 3),
                 generated = cells({1, 1000, 0, 2, 100, 0, 3, 10, 0}, 3);
  const Json found = relations_in(columns, train, train, generated);
  CHECK(found["names"] == Json{"x", "p"});
  CHECK(found["real"][0] == Json{1., 1.});
  CHECK(found["generated"][0] == Json{1., -1.});
  CHECK(found["apart"] == 2.);
  CHECK(found["test_apart"] == 0.);
}

TEST_CASE("relations: words by whether it is that one, of two words one says both") {
  const std::vector<nn::Column> columns = {
      column("sort", nn::ColumnKind::category, {"a", "b", "c"}),
      column("sex", nn::ColumnKind::yes_no, {"f", "m"}),
      column("size", nn::ColumnKind::ordered, {"S", "M", "L"})};
  const RowCells train = cells({0, 0, 0, 1, 1, 1, 2, 1, 2, 0, 0, 0}, 3);
  const Json found = relations_in(columns, train, train, train);
  CHECK(found["names"] == Json{"sort = a", "sort = b", "sort = c", "sex = m", "size"});
  CHECK(found["real"][0][3] == -1.);
  CHECK(found["left_out"] == 0);
}

TEST_CASE("relations: rows count where both cells are known; what does not vary is left out") {
  const std::vector<nn::Column> columns = {column("x", nn::ColumnKind::real),
                                           column("y", nn::ColumnKind::real),
                                           column("z", nn::ColumnKind::real)};
  RowCells train = cells({1, 1, 5, 2, 2, 5, 3, 3, 5, 4, -9, 5}, 3);
  train.known[10] = 0;
  const Json found = relations_in(columns, train, train, train);
  CHECK(found["names"] == Json{"x", "y"});
  CHECK(found["real"][0][1] == 1.);
  CHECK(relations_in({columns[2]}, cells({5, 5}, 1), cells({5}, 1), cells({5}, 1)).is_null());
}
