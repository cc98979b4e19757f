#include <doctest/doctest.h>

#include <tests/tools/benchmark/peers/fake_twin.hpp>
#include <tests/tools/benchmark/suites/quick.hpp>

using namespace ebb::tools;

TEST_CASE("bench steps: each job takes steps, beside a framework where one is named") {
  const FakeTwin twin("[ $5 = 1 ] && echo '{\"ms_per_step\": 12.5}'");
  benchmark::Options options;
  options.frameworks = {twin.python()};
  options.twins = twin.folder();
  const auto tables = run_quickly(benchmark::run_steps, options);
  REQUIRE(tables.size() == 1);
  REQUIRE(tables[0]["rows"].size() == 4);
  for (const auto& row : tables[0]["rows"]) {
    CHECK(row["threads"] == ebb::threads());
    CHECK(row["ms_per_step"] > 0);
    CHECK(row["jax ms"] == 12.5);
  }
  CHECK(tables[0]["rows"][1]["job"] == "iwae");
}
