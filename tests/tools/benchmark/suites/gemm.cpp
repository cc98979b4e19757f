// Covers: tools/benchmark/peers/blis.cpp, tools/benchmark/peers/eigen.cpp,
// tools/benchmark/peers/onednn.cpp, tools/benchmark/peers/openblas.cpp
#include <doctest/doctest.h>

#include <tests/tools/benchmark/suites/quick.hpp>
#include <tools/benchmark/peers/peer_process.hpp>

using namespace ebb::tools;

// The suite itself holds every peer's product against Ebb's and stops where they differ.
TEST_CASE("bench gemm: Ebb beside the naive loop and every library that is built") {
  const auto tables = run_quickly(benchmark::run_gemm);
  REQUIRE(tables.size() == 1);
  REQUIRE(tables[0]["rows"].size() == 8);
  int missing = 0;
  for (const auto& program : benchmark::peer_programs(ebb::kernels_in_use().name)) {
    missing += !program.built();
    if (program.built() && program.library != "naive")
      CHECK(tables[0]["rows"][0][program.library] > 0);
  }
  for (const auto& row : tables[0]["rows"]) {
    CHECK(row["GFLOP/s"] >= row["(median)"]);
    CHECK(row["naive x"] > 0);
    CHECK(row["of peak"] > 0);
    CHECK(row.contains("of best") == (missing < 4));
  }
  CHECK(tables[0]["notes"].value("libraries missing", 0) == missing);
}

TEST_CASE("bench gemm: --only takes the products whose name holds its text") {
  benchmark::Options options;
  options.only = "square 64";
  const auto tables = run_quickly(benchmark::run_gemm, options);
  REQUIRE(tables[0]["rows"].size() == 1);
  CHECK(tables[0]["rows"][0]["product"] == "square 64");
  options.only = "no such product";
  CHECK(run_quickly(benchmark::run_gemm, options).empty());
}
