#include <doctest/doctest.h>

#include <tests/tools/benchmark/suites/quick.hpp>

using namespace ebb::tools;

TEST_CASE(
    "bench memory: a steady step asks the system for nothing and keeps little beside numbers") {
  const auto tables = run_quickly(benchmark::run_memory);
  REQUIRE(tables.size() == 1);
  REQUIRE(tables[0]["rows"].size() == 4);
  for (const auto& row : tables[0]["rows"]) {
    CAPTURE(row.dump());
    CHECK(row["cache misses/step"] == 0);
    CHECK(row["peak/needed"] >= 0.9);
    CHECK(row["peak/needed"] <= 1.4);
  }
}
