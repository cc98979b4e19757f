#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <nn/optimizers/plateau.hpp>
#include <tensor/makers.hpp>
#include <tests/support.hpp>

using namespace ebb;

namespace {

std::vector<double> see(nn::Plateau& plateau, const std::vector<double>& metrics) {
  std::vector<double> factors;
  for (const double metric : metrics) factors.push_back(plateau.see(metric));
  return factors;
}

}  // namespace

TEST_CASE("plateau: when more metrics than the patience are no better the factor falls") {
  nn::Plateau plateau{{.factor = 0.5, .patience = 1}};
  CHECK(see(plateau, {3, 2, 2, 2, 2, 2, 1, 1, 1}) ==
        std::vector<double>{1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125});
  CHECK(plateau.factor() == 0.125);
}

// Better than 10 by a tenth is below 9; better than -10 below -11.
TEST_CASE("plateau: better means by more than the threshold, whatever the sign") {
  nn::Plateau plateau{{.factor = 0.5, .patience = 0, .threshold = 0.1}};
  CHECK(see(plateau, {10, 9.5, 8.9, -10, -10.5, -11.5}) ==
        std::vector<double>{1, 0.5, 0.5, 0.5, 0.25, 0.25});
  nn::Plateau up{{.factor = 0.5, .patience = 0, .threshold = 0.1, .maximize = true}};
  CHECK(see(up, {0.5, 0.54, 0.56, NAN}) == std::vector<double>{1, 0.5, 0.5, 0.25});
}

TEST_CASE("plateau: after a fall it cools down, and it falls to the smallest") {
  nn::Plateau plateau{{.factor = 0.5, .patience = 0, .cooldown = 2, .smallest = 0.3}};
  CHECK(see(plateau, {1, 1, 1, 1, 1, 1, 1, 1}) ==
        std::vector<double>{1, 0.5, 0.5, 0.5, 0.3, 0.3, 0.3, 0.3});
}

TEST_CASE("plateau: back in a state it goes on as it did") {
  nn::Plateau plateau{{.factor = 0.5, .patience = 2, .cooldown = 1}}, other = plateau;
  see(plateau, {5, 5, 5});
  other.restore(plateau.state());
  const std::vector<double> next = {5, 5, 5, 5, 5, 4, 4, 4, 4};
  CHECK(see(plateau, next) == see(other, next));
  CHECK(plateau.factor() < 1);
  nn::Plateau fresh;
  fresh.restore(nn::Plateau().state());  // whose best is infinite
  CHECK(fresh.see(1e300) == 1);
}

TEST_CASE("plateau: options and states out of range are refused") {
  CHECK(message_of([] { nn::Plateau{{.factor = 1}}; }) ==
        "plateau: a factor of 1; it must be at least 0 and below 1");
  CHECK(message_of([] { nn::Plateau{{.threshold = NAN}}; }).find("plateau: a threshold of nan") ==
        0);
  CHECK(message_of([] { nn::Plateau{{.patience = -1}}; }).find("plateau: a patience of -1") == 0);
  CHECK(message_of([] { nn::Plateau{{.cooldown = -1}}; }).find("plateau: a cooldown of -1") == 0);
  CHECK(message_of([] { nn::Plateau{{.smallest = -1}}; }).find("a smallest factor of -1") !=
        std::string::npos);
  for (const double count : {std::numeric_limits<double>::quiet_NaN(), -1., 0.5, 1e300})
    CHECK(message_of([&] {
            nn::Plateau().restore(from_vector<double>({1, 1, count, 0}));
          }) == text("plateau: the state to go back to counts ", count,
                     " metrics; take it from a plateau"));
  CHECK(message_of([] { nn::Plateau().restore(zeros({3})); }) ==
        "plateau: the state to go back to is [3] float32, it must be [4] float64; take it from a "
        "plateau");
}
