#include <doctest/doctest.h>

#include <tools/training/schedules.hpp>

using namespace ebb;
using namespace ebb::tools;

TEST_CASE("schedules: a warm-up that is longer than the run is said") {
  CHECK(too_long_warm_up(400, 100) ==
        "--warm-up: the learning rate would rise for 400 steps, and the run has 100: it ends at "
        "0.25 of --lr");
  CHECK(too_long_rise("prior-warm-up", 10, 3) ==
        "--prior-warm-up: it would rise for 10 epochs, and the run has 3: it ends at 0.3 of it");
}

namespace {

// The factors of these steps, to compare with literals.
void check(const TrainOptions& options, std::int64_t steps_per_epoch,
           const std::vector<std::pair<std::int64_t, double>>& expected) {
  const nn::Schedule schedule = make_schedule(options, steps_per_epoch);
  REQUIRE(schedule);
  for (const auto& each : expected)
    CHECK_MESSAGE(schedule(each.first) == doctest::Approx(each.second).epsilon(1e-12),
                  options.schedule, " in step ", each.first);
}

}  // namespace

TEST_CASE("schedules: constant and plateau change nothing by themselves") {
  TrainOptions options;
  CHECK(!make_schedule(options, 5));
  options.schedule = "plateau";
  CHECK(!make_schedule(options, 5));
  options.warm_up = 3;
  check(options, 5, {{0, 0.25}, {1, 0.5}, {2, 0.75}, {3, 1}, {49, 1}});
}

TEST_CASE("schedules: cosine falls in half a wave over all steps that are planned") {
  TrainOptions options;
  options.schedule = "cosine";
  options.epochs = 2;
  check(options, 4, {{0, 1}, {2, 0.853553390593274}, {4, 0.5}, {6, 0.146446609406726}, {8, 0}});
  options.warm_up = 2;  // and six steps remain
  check(options, 4, {{0, 1 / 3.0}, {1, 2 / 3.0}, {2, 1}, {4, 0.75}, {5, 0.5}, {6, 0.25}});
  options.warm_up = 20;  // longer than the run
  check(options, 4, {{0, 1 / 21.0}, {7, 8 / 21.0}});
}

TEST_CASE("schedules: exponential falls evenly to a hundredth") {
  TrainOptions options;
  options.schedule = "exponential";
  options.epochs = 10;
  check(options, 4, {{0, 1}, {1, 0.891250938133746}, {10, 0.316227766016838}, {20, 0.1}});
  check(options, 4, {{40, 0.01}});
}

TEST_CASE("schedules: iwae is the paper's, 10^(-i / 7) for 3^i epochs") {
  TrainOptions options;
  options.schedule = "iwae";
  options.epochs = 5;  // the phases do not depend on it
  check(options, 10,
        {{0, 1},
         {9, 1},
         {10, 0.719685673001152},
         {39, 0.719685673001152},
         {40, 0.517947467923121},
         {129, 0.517947467923121},
         {130, 0.372759372031494},
         {400, 0.268269579527973},
         {1210, 0.193069772888325},
         {3640, 0.138949549437314},
         {10929, 0.138949549437314},
         {10930, 0.1},
         {1000000, 0.1}});
}
