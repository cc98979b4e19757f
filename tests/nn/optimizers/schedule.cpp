#include <doctest/doctest.h>

#include <cmath>
#include <nn/optimizers/schedule.hpp>
#include <tests/support.hpp>

using namespace ebb;
using namespace nn::schedule;
using doctest::Approx;

namespace {

std::vector<double> first(std::int64_t n, const nn::Schedule& schedule) {
  std::vector<double> factors;
  for (std::int64_t t = 0; t < n; ++t) factors.push_back(schedule(t));
  return factors;
}

}  // namespace

TEST_CASE("schedule: steps, powers and lines") {
  using List = std::vector<double>;
  CHECK(first(3, constant()) == List{1, 1, 1});
  CHECK(first(2, constant(0.5)) == List{0.5, 0.5});
  CHECK(first(7, step(3, 0.5)) == List{1, 1, 1, 0.5, 0.5, 0.5, 0.25});
  CHECK(first(4, exponential(0.5)) == List{1, 0.5, 0.25, 0.125});
  CHECK(first(7, linear(0.5, 1.5, 4)) == List{0.5, 0.75, 1, 1.25, 1.5, 1.5, 1.5});
}

// (1 + cos(pi / 4)) / 2 and so on; the end stays.
TEST_CASE("schedule: half a wave of the cosine") {
  const nn::Schedule fall = cosine(4), low = cosine(4, 0.2);
  CHECK(fall(0) == 1);
  CHECK(fall(1) == Approx(0.853553390593274).epsilon(1e-14));
  CHECK(fall(2) == Approx(0.5).epsilon(1e-14));
  CHECK(fall(3) == Approx(0.146446609406726).epsilon(1e-14));
  CHECK(fall(4) == 0);
  CHECK(fall(1000) == 0);
  CHECK(low(0) == 1);
  CHECK(low(2) == Approx(0.6).epsilon(1e-14));
  CHECK(low(5) == 0.2);
}

TEST_CASE("schedule: a warm-up, and what comes then from its beginning") {
  const nn::Schedule warm = warm_up(4, cosine(2));
  CHECK(warm(0) == 0.2);
  CHECK(warm(3) == 0.8);
  CHECK(warm(4) == 1);
  CHECK(warm(5) == Approx(0.5));
  CHECK(warm(6) == 0);
  CHECK(warm_up(1)(0) == 0.5);
  CHECK(warm_up(1)(7) == 1);
  const nn::Schedule phases = then(constant(0.5), 2, then(exponential(0.5), 3, constant(4)));
  CHECK(first(7, phases) == std::vector<double>{0.5, 0.5, 1, 0.5, 0.25, 4, 4});
}

// As PyTorch's OneCycleLR(max_lr=1, total_steps=10): from 0.04 by 1 - (1 - 0.04) (1 + cos) / 2 to 1
// in step 2, down to 4e-6 in step 9, both in half waves.
TEST_CASE("schedule: one cycle") {
  const nn::Schedule cycle = one_cycle(10);
  CHECK(cycle(0) == Approx(0.04).epsilon(1e-14));
  CHECK(cycle(1) == Approx(0.52).epsilon(1e-14));
  CHECK(cycle(2) == 1);
  CHECK(cycle(3) == Approx(0.950484632013474).epsilon(1e-12));
  CHECK(cycle(9) == Approx(4e-6).epsilon(1e-10));
  CHECK(cycle(50) == Approx(4e-6).epsilon(1e-10));
  CHECK(one_cycle(8, {.rise = 0.5, .division = 4, .final_division = 2})(0) == Approx(0.25));
  CHECK(one_cycle(8, {.rise = 0.5, .division = 4, .final_division = 2})(3) == 1);
  CHECK(one_cycle(8, {.rise = 0.5, .division = 4, .final_division = 2})(7) == Approx(0.125));
  CHECK(one_cycle(4, {.rise = 0})(0) == 1);
  CHECK(one_cycle(4, {.rise = 1})(3) == 1);
  CHECK(one_cycle(1)(0) == 1);
}

TEST_CASE("schedule: lengths and factors out of range are refused") {
  CHECK(message_of([] { cosine(0); }) == "cosine: a length of 0 steps; it must be 1 or more");
  CHECK(message_of([] { step(0); }).find("step: a length of 0 steps") == 0);
  CHECK(message_of([] { linear(0, 1, -1); }).find("linear: a length of -1 steps") == 0);
  CHECK(message_of([] { warm_up(0); }).find("warm_up: a length of 0 steps") == 0);
  CHECK(message_of([] { one_cycle(0); }).find("one_cycle: a length of 0 steps") == 0);
  CHECK(message_of([] { then(constant(), 0, constant()); }).find("then: a length") == 0);
  CHECK(message_of([] { constant(-1); }) ==
        "constant: a factor of -1; it must be at least 0 and finite");
  CHECK(message_of([] { exponential(NAN); }).find("exponential: a factor of nan;") == 0);
  CHECK(message_of([] { one_cycle(9, {.rise = 2}); }) ==
        "one_cycle: a rise of 2; it must be from 0 to 1, try 0.3");
  CHECK(message_of([] { one_cycle(9, {.division = 0}); }) ==
        "one_cycle: a division by 0; it must be above 0 and finite, try 25");
}
