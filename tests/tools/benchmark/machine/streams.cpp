#include <doctest/doctest.h>

#include <atomic>
#include <tests/tensor/support.hpp>
#include <tools/benchmark/machine/streams.hpp>

using namespace ebb::tools;

using ebb::tools::benchmark::Streams;

TEST_CASE("bench streams: small arrays are one thread's work") {
  CHECK(Streams(1'000, 4).threads() == 1);
  CHECK(Streams(100'000, 4).threads() == 4);
}

TEST_CASE("bench streams: the seconds are those of all elements") {
  CHECK(Streams(1'000, 1).seconds({3, 4}) == doctest::Approx(3 * 1'000.0 / 960));
  CHECK(Streams(12'800, 2).seconds({3, 4}) == doctest::Approx(3));
}

TEST_CASE("bench streams: every loop runs, on every thread") {
  const Threads three(3);
  const Streams streams(20'000, 3);
  for (const benchmark::Way& way : {streams.read(), streams.copy(), streams.add(),
                                    streams.function(benchmark::math_loops_in_use().exp)})
    CHECK(way.calls(2) > 0);
}

// A thread that wrote into another's stretch, or left its own out, would show here.
TEST_CASE("bench streams: each thread works on a stretch of its own") {
  static std::atomic<std::int64_t> elements;
  static std::atomic<std::uintptr_t> starts;
  elements = 0, starts = 0;
  const Threads three(3);
  const Streams streams(20'000, 3);
  streams
      .function([](float* y, const float*, std::int64_t n) {
        elements += n;
        starts ^= reinterpret_cast<std::uintptr_t>(y) / 64;
      })
      .calls(1);
  CHECK(elements == 3 * (20'000 / 3 / 64 * 64));
  CHECK(starts != 0);
}
