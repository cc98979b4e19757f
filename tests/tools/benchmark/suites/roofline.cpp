#include <doctest/doctest.h>

#include <tests/tools/benchmark/suites/quick.hpp>

using namespace ebb::tools;

TEST_CASE(
    "bench roofline: layers, products, a step of Adam and elementwise work under their roofs") {
  const auto tables = run_quickly(benchmark::run_roofline);
  REQUIRE(tables.size() == 1);
  const auto& rows = tables[0]["rows"];
  REQUIRE(rows.size() == 8);
  for (const auto& row : rows) {
    CAPTURE(row.dump());
    const double gflops = row["GFLOP/s"], roof = row["roof GFLOP/s"];
    CHECK(gflops > 0);
    CHECK(row["share of roof"] == doctest::Approx(gflops / roof));
  }
  // 2 · 784 · 256 operations on 784 + 784 · 256 + 256 + 256 numbers of four bytes.
  CHECK(rows[0]["work"] == "layer, batch 1");
  CHECK(rows[0]["FLOP/byte"] == doctest::Approx(401408.0 / (4 * 202000)));
  CHECK(rows[4]["work"] == "64³");
  CHECK(rows[4]["FLOP/byte"] == doctest::Approx(64.0 / 6));
  CHECK(rows[6]["work"] == "x + y, 1e5");
  CHECK(rows[6]["FLOP/byte"] == doctest::Approx(1.0 / 12));
}
