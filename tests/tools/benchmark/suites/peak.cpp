#include <doctest/doctest.h>

#include <tensor/machine/parallel.hpp>
#include <tests/tools/benchmark/suites/quick.hpp>
#include <tools/benchmark/suites/peak.hpp>

using namespace ebb::tools;

TEST_CASE("bench peak: four levels, each with its bandwidths, and multiply-adds") {
  const auto tables = run_quickly(benchmark::run_peak);
  REQUIRE(tables.size() == 1);
  const auto& rows = tables[0]["rows"];
  REQUIRE(rows.size() == 4);
  const char* const names[] = {"L1", "L2", "L3", "memory"};
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(rows[i]["level"] == names[i]);
    for (const char* way : {"read GB/s", "copy GB/s", "add GB/s", "update GB/s"})
      CHECK(rows[i][way] > 0);
  }
  CHECK(tables[0]["notes"]["GFLOP/s"] > 0);
  if (ebb::threads() > 1) CHECK(tables[0]["notes"]["round trip"] > 0);
}

TEST_CASE("bench peak: it is measured once for a number of threads") {
  benchmark::Options options;
  options.quick = true;
  benchmark::Report report(nullptr);
  const benchmark::Context context = {options, {.rounds = 1, .seconds = 1e-5}, "", 1, report};
  const benchmark::Peak& once = benchmark::peak(context);
  CHECK(&benchmark::peak(context) == &once);
  const double first = once.gflops;
  CHECK(first > 0);
  CHECK(&benchmark::peak_again(context) == &once);
  CHECK(once.gflops >= first);
}

TEST_CASE("bench peak: bytes lie in the smallest level that holds every thread's share") {
  const auto [l1, l2, l3] = benchmark::cache_sizes();
  CHECK(l1 >= 8 << 10);
  CHECK(l1 < l2);
  CHECK(l2 < l3);
  benchmark::Peak peak;
  peak.levels = {benchmark::Level{"L1", 0}, benchmark::Level{"L2", 0}, benchmark::Level{"L3", 0},
                 benchmark::Level{"memory", 0}};
  CHECK(peak.level_of(l1, 1).name == "L1");
  CHECK(peak.level_of(l1 + 4, 1).name == "L2");
  CHECK(peak.level_of(2 * l1, 2).name == "L1");
  CHECK(peak.level_of(l3, 1).name == "L3");
  CHECK(peak.level_of(l3 + 4, 1).name == "memory");
}
