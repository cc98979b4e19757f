#include <doctest/doctest.h>

#include <tests/tools/benchmark/suites/quick.hpp>

using namespace ebb::tools;

namespace {

std::vector<std::string> names_of(const nlohmann::ordered_json& table) {
  std::vector<std::string> names;
  for (const auto& row : table["rows"]) names.push_back(row["rung"]);
  return names;
}

}  // namespace

// The suite itself holds all products against each other and stops where they differ.
TEST_CASE("bench ladder: the rungs of a square and of a layer, up to all threads") {
  const int before = ebb::threads();
  ebb::set_threads(2);
  const auto tables = run_quickly(benchmark::run_ladder);
  CHECK(ebb::threads() == 2);
  REQUIRE(tables.size() == 2);
  for (const auto& table : tables) {
    CHECK(names_of(table) == std::vector<std::string>{"naive", "reordered", "SIMD", "register tile",
                                                      "Ebb, 1 thread", "Ebb, 2 threads"});
    double below = 0;
    for (const auto& row : table["rows"]) {
      const double gflops = row["GFLOP/s"];
      CHECK(gflops >= row["median GFLOP/s"]);
      CHECK(row["share of peak"] > 0);
      const double expected = below > 0 ? gflops / below : 1;
      CHECK(row["over the one below"] == doctest::Approx(expected));
      below = gflops;
    }
  }
  CHECK(tables[0]["title"] == "c = a b, square: 64 x 64 x 64");
  CHECK(tables[1]["title"] == "c = a b, a layer, batch 128: 128 x 256 x 784");
  ebb::set_threads(before);
}

TEST_CASE("bench ladder: on one thread the last rung is left out") {
  const int before = ebb::threads();
  ebb::set_threads(1);
  CHECK(names_of(run_quickly(benchmark::run_ladder)[0]).back() == "Ebb, 1 thread");
  ebb::set_threads(before);
}
