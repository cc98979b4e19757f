#include <doctest/doctest.h>

#include <numeric>
#include <tools/page/kinds/columns.hpp>

using namespace ebb;
using namespace ebb::tools;
using Json = nlohmann::ordered_json;

namespace {

// One column with these cells, all known.
RowCells cells(const std::vector<double>& values) {
  return {values, std::vector<float>(values.size(), 1), 1};
}

Json found(nn::Column column, const RowCells& train, const RowCells& generated) {
  column.seen = 1;
  return columns_in({column}, train, train, generated)[0];
}

double sum_of(const Json& shares) {
  const std::vector<double> each = shares;
  return std::accumulate(each.begin(), each.end(), 0.0);
}

std::vector<double> evenly(double from, double to, int count) {
  std::vector<double> numbers;
  for (int i = 0; i < count; ++i) numbers.push_back(from + (to - from) * i / (count - 1));
  return numbers;
}

}  // namespace

TEST_CASE("columns: shares of words, the most frequent first, and how far apart they are") {
  const nn::Column sort{.name = "sort",
                        .kind = nn::ColumnKind::category,
                        .words = {"a", "b", "c"},
                        .shares = {.25, .5, .25}};
  const Json column = found(sort, cells({1, 0, 1, 2}), cells({1, 1, 1, 1}));
  CHECK(column["name"] == "sort");
  CHECK(column["kind"] == "category");
  CHECK(column["seen"] == 4);
  CHECK(column["names"] == Json{"b", "a", "c"});
  CHECK(column["real"] == Json{.5, .25, .25, 0.});
  CHECK(column["generated"] == Json{1., 0., 0., 0.});
  CHECK(column["apart"] == .5);
  CHECK(column["test_apart"] == 0.);
  nn::Column size = sort;
  size.kind = nn::ColumnKind::ordered;
  CHECK(found(size, cells({1, 0, 1, 2}), cells({1}))["names"] == Json{"a", "b", "c"});
}

TEST_CASE("columns: few numbers that repeat one by one, and others beside them") {
  const nn::Column count{.name = "n", .kind = nn::ColumnKind::count, .digits = 0};
  const Json column = found(count, cells({0, 0, 0, 0, 0, 3, 3, 3, 3, 3}), cells({3, 3, 7, 0}));
  CHECK(column["names"] == Json{"0", "3"});
  CHECK(column["real"] == Json{.5, .5, 0.});
  CHECK(column["generated"] == Json{.25, .5, .25});
  const nn::Column tenths{.name = "n", .unit = .1, .digits = 1};
  CHECK(found(tenths, cells({.1, .1, .1, .1, .1, .3, .3, .3, .3, .3}),
              cells({3 * .1}))["generated"] == Json{0., 1., 0.});
}

TEST_CASE("columns: many numbers in bins, the outermost with what lies beyond") {
  const nn::Column real{.name = "x"};
  const Json column = found(real, cells(evenly(0, 1, 1001)), cells({-5, .5, 7}));
  CHECK(column["names"].is_null());
  CHECK(column["edges"].size() == 25);
  CHECK(sum_of(column["real"]) == doctest::Approx(1).epsilon(1e-3));
  CHECK(column["generated"][0] == .3333);
  CHECK(column["generated"][23] == .3333);
  const nn::Column count{.name = "n", .kind = nn::ColumnKind::count};
  const Json whole = found(count, cells(evenly(0, 99, 100)), cells({0}));
  CHECK(whole["edges"][0] == -.5);
  CHECK(whole["edges"][1] == 4.5);  // five whole numbers a bin
  CHECK(whole["step"] == 1.);
  const nn::Column positive{.name = "p", .kind = nn::ColumnKind::positive};
  const Json bent = found(positive, cells(evenly(1, 1000, 1000)), cells({1}));
  const double first = bent["edges"][0], second = bent["edges"][1], third = bent["edges"][2];
  CHECK(second / first == doctest::Approx(third / second).epsilon(1e-3));
}

TEST_CASE("columns: what is ignored or has no cell has its name alone") {
  const nn::Column name{.name = "id", .kind = nn::ColumnKind::ignored};
  CHECK_FALSE(found(name, cells({0}), cells({0})).contains("real"));
  const RowCells none{{0}, {0}, 1};
  CHECK_FALSE(found({.name = "x"}, none, cells({0})).contains("real"));
}
