#include <doctest/doctest.h>

#include <atomic>
#include <tests/tensor/support.hpp>
#include <tools/benchmark/suites/peak.hpp>

using namespace ebb::tools::benchmark;

TEST_CASE("bench streams: a rate is that of the bytes of all threads") {
  const Loop loop = {"some", 2, 8, nullptr};
  CHECK(Streams(128, 2).gigabytes_per_second(loop, 64, {1e-6, 2e-6}) ==
        doctest::Approx(2 * 64 * 8 / 1e3));
}

TEST_CASE("bench streams: every loop runs, on every thread") {
  const Threads three(3);
  const Streams streams(4 * 6'400, 3);
  for (const Loop& loop : loops_in_use().memory) CHECK(streams.way(loop, 6'400).calls(2) > 0);
  for (const Loop& loop : loops_in_use().functions) CHECK(streams.way(loop, 6'400).calls(2) > 0);
}

// A thread that wrote into another's part, or an array into the next one's, would show here.
TEST_CASE("bench streams: each thread works on arrays of its own") {
  static std::atomic<std::int64_t> elements;
  elements = 0;
  const Threads three(3);
  const Streams streams(2 * 6'400, 3);
  const Loop mark = {"mark", 2, 8, [](float* const* x, std::int64_t n) {
                       for (int array : {0, 1})
                         for (std::int64_t i = 0; i < n; ++i) elements += x[array][i] > 0;
                       for (int array : {0, 1}) std::fill_n(x[array], n, 0.0F);
                       return 0.0F;
                     }};
  streams.way(mark, 6'400).calls(1);
  CHECK(elements == 3 * 2 * 6'400);  // none that another one had set to 0 before
}
