#include <doctest/doctest.h>

#include <tests/tools/benchmark/suites/quick.hpp>

using namespace ebb::tools;

TEST_CASE("bench tape: operations and steps, with what each asks of operator new") {
  const auto tables = run_quickly(benchmark::run_tape);
  REQUIRE(tables.size() == 2);
  REQUIRE(tables[0]["rows"].size() == 4);
  for (const auto& row : tables[0]["rows"]) {
    // A node, and a rule that keeps something; the way back never asks for less.
    CHECK(row["new/recorded"] >= 1);
    CHECK(row["new/recorded"] <= 10);
    CHECK(row["new/with backward"] >= row["new/recorded"]);
  }
  CHECK(tables[0]["rows"][0]["operation"] == "negate");
  REQUIRE(tables[1]["rows"].size() == 4);
  for (const auto& row : tables[1]["rows"]) {
    CHECK(row["ratio"] > 0);
    CHECK(row["new/step"] > 0);
    CHECK(row["new/step"] < 200);
  }
}
