#include <doctest/doctest.h>

#include <tests/paths.hpp>
#include <tests/tools/benchmark/suites/quick.hpp>

using namespace ebb::tools;

TEST_CASE("bench build: the README's program compiles, and libraries and programs are weighed") {
  const auto tables = run_quickly(benchmark::run_build);
  REQUIRE(tables.size() == 3);
  CHECK(tables[0]["rows"][0]["lines"] == 6);
  CHECK(tables[0]["rows"][1]["lines"] >= 40);
  CHECK(tables[0]["rows"][1]["s"] > 0);
  CHECK(tables[1]["rows"][0]["file"] == "libebb.a");
  CHECK(tables[1]["rows"][0]["MB"] > 0.5);
  CHECK(tables[1]["rows"][1]["MB"] > 0.1);
  CHECK(tables[2]["rows"][0]["ms"] > 0);
}
