#include <doctest/doctest.h>

#include <tests/tools/benchmark/suites/quick.hpp>
#include <tools/benchmark/peers/peer_process.hpp>

using namespace ebb::tools;

// The suite itself holds oneDNN's results against Ebb's and stops where they differ.
TEST_CASE("bench convolution: three products of every size, beside oneDNN where it is built") {
  benchmark::Options options;
  options.only = "b128 1-";
  const auto tables = run_quickly(benchmark::run_convolution, options);
  REQUIRE(tables.size() == 1);
  REQUIRE(tables[0]["rows"].size() == 6);
  const bool built = benchmark::peer_programs(ebb::kernels_in_use().name)[1].built();
  for (const auto& row : tables[0]["rows"]) {
    CHECK(row["GFLOP/s"] >= row["(median)"]);
    CHECK(row["of peak"] > 0);
    CHECK(row.contains("of oneDNN") == built);
  }
  CHECK(tables[0]["notes"].contains("of oneDNN") == built);
}
