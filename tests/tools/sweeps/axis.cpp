#include <doctest/doctest.h>

#include <tools/sweeps/axis.hpp>

using namespace ebb::tools;
using Numbers = std::vector<double>;

TEST_CASE("axis: equal differences are equal lengths, between round numbers") {
  Axis axis(false, 100, 0);  // upwards, as y goes
  for (const double number : {96.5, 138.7}) axis.include(number);
  axis.settle();
  CHECK(axis.ticks() == Numbers{90, 100, 110, 120, 130, 140});
  CHECK(axis(90) == 100);
  CHECK(axis(140) == 0);
  CHECK(axis(115) == doctest::Approx(50));
}

TEST_CASE("axis: equal factors are equal lengths") {
  Axis axis(true, 0, 300);
  for (const double number : {2, 20, 2000}) axis.include(number);
  axis.include(0);  // has no place there
  axis.span();
  CHECK(axis(20) == doctest::Approx(100));
  CHECK(axis(2000) == doctest::Approx(300));
  CHECK(axis(0) == axis(2));
  CHECK(axis.ticks() == Numbers{10, 100, 1000});
  Axis near(true, 0, 1);
  for (const double number : {0.02, 0.1}) near.include(number);
  near.settle();
  REQUIRE(near.ticks().size() == 3);
  CHECK(near.ticks()[1] == doctest::Approx(0.05));
}

TEST_CASE("axis: one number, or none, lies in the middle") {
  for (const bool by_factors : {false, true}) {
    Axis axis(by_factors, 0, 10);
    axis.include(4);
    axis.span();
    CHECK(axis(4) == doctest::Approx(5));
    Axis empty(by_factors, 0, 10);
    empty.settle();
    CHECK(empty(1) == doctest::Approx(5));
  }
}

TEST_CASE("axis: names of ticks are short") {
  CHECK(spelled(0.002) == "0.002");
  CHECK(spelled(400) == "400");
  CHECK(spelled(-0.0) == "0");
  CHECK(spelled(0.1 + 0.2) == "0.3");
}
