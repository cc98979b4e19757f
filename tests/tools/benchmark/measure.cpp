#include <doctest/doctest.h>

#include <atomic>
#include <cmath>
#include <stdexcept>
#include <tests/tensor/support.hpp>
#include <tools/benchmark/measure.hpp>

using namespace ebb::tools::benchmark;

namespace {

// A way that pretends to take so many seconds per call, and writes down each of its turns.
struct Turn {
  std::string name;
  std::int64_t calls;
};
Way pretended(const std::string& name, double seconds, std::vector<Turn>& turns) {
  return {name, [name, seconds, &turns](std::int64_t calls) {
            turns.push_back({name, calls});
            return seconds * static_cast<double>(calls);
          }};
}

}  // namespace

TEST_CASE("bench measure: seconds per call, from turns of about the length asked for") {
  std::vector<Turn> turns;
  const auto times = measure({pretended("slow", 0.5, turns), pretended("fast", 1e-3, turns)},
                             {.rounds = 3, .seconds = 0.1});
  REQUIRE(times.size() == 2);
  CHECK(times[0].minimum == doctest::Approx(0.5));
  CHECK(times[1].median == doctest::Approx(1e-3));
  std::int64_t most = 0;
  for (const Turn& turn : turns)
    if (turn.name == "slow")
      CHECK(turn.calls == 1);
    else
      most = std::max(most, turn.calls);
  CHECK(most == 100);
}

TEST_CASE("bench measure: ways take turns, and another one begins each round") {
  std::vector<Turn> turns;
  measure({pretended("a", 1, turns), pretended("b", 1, turns)}, {.rounds = 3, .seconds = 0});
  std::string order;
  for (const Turn& turn : turns) order += turn.name;
  CHECK(order ==
        "ab"
        "ab"
        "ba"
        "ab");  // how long they take is found out first
}

TEST_CASE("bench measure: before a turn come as many calls as warm it up") {
  std::vector<Turn> turns;
  measure({pretended("a", 1e-3, turns)}, {.rounds = 2, .seconds = 0.1, .warm_up = 0.3});
  REQUIRE(turns.size() > 4);
  std::vector<std::int64_t> last;
  for (std::size_t i = turns.size() - 4; i < turns.size(); ++i) last.push_back(turns[i].calls);
  CHECK(last == std::vector<std::int64_t>{300, 100, 300, 100});
}

TEST_CASE("bench measure: minimum and median over the rounds") {
  double next = 0;
  const Way rising = {"rising",
                      [&](std::int64_t calls) { return ++next * static_cast<double>(calls); }};
  const auto times = measure({rising}, {.rounds = 4, .seconds = 0});
  CHECK(times[0].minimum == 2);  // the first call does not count
  CHECK(times[0].median == 3.5);
}

TEST_CASE("bench measure: a call that takes too long is an error that names it") {
  std::vector<Turn> turns;
  CHECK_THROWS_WITH_AS(measure({pretended("endless", 30, turns)}, {}),
                       "endless: one call takes 30 s", std::runtime_error);
  CHECK(turns.size() == 1);
  const Way broken = {"broken", [](std::int64_t) { return std::nan(""); }};
  CHECK_THROWS_AS(measure({broken}, {}), std::runtime_error);
}

TEST_CASE("bench measure: a way does its work as often as it is called") {
  int count = 0;
  const Way one = way("one", [&] { ++count; });
  CHECK(one.calls(5) >= 0);
  CHECK(count == 5);
  std::atomic<int> sum{0};
  const Threads three(3);
  const Way many = way_on_threads("many", 3, [&](int thread) { sum += 1 + 10 * thread; });
  CHECK(many.calls(2) >= 0);
  CHECK(sum == 2 * (1 + 11 + 21));
}

TEST_CASE("bench measure: more threads than Ebb uses are an error") {
  const Threads two(2);
  CHECK_THROWS_WITH_AS(way_on_threads("many", 3, [](int) {}).calls(1), "many: 3 threads of 2",
                       std::runtime_error);
}

TEST_CASE("bench measure: medians and geometric means") {
  CHECK(median({3, 1, 2}) == 2);
  CHECK(median({4, 1, 2, 3}) == 2.5);
  CHECK(std::isnan(median({})));
  CHECK(geometric_mean({2, 8}) == doctest::Approx(4));
  CHECK(std::isnan(geometric_mean({})));
}

TEST_CASE("bench measure: turns taken later add to the earlier ones") {
  double seconds = 3;
  const std::vector<Way> ways = {
      {"a", [&](std::int64_t calls) { return seconds * static_cast<double>(calls); }}};
  Turns turns;
  take_turns(ways, {.rounds = 2, .seconds = 0}, turns);
  seconds = 1;
  take_turns(ways, {.rounds = 1, .seconds = 0}, turns);
  REQUIRE(turns.size() == 1);
  CHECK(turns[0] == std::vector<double>{3, 3, 1});
  CHECK(timings(turns)[0].minimum == 1);
  CHECK(timings(turns)[0].median == 3);
}
