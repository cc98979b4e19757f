#include <doctest/doctest.h>

#include <tensor/machine/divide_up.hpp>

TEST_CASE("divide up: as many pieces as cover the whole") {
  CHECK(ebb::divide_up(0, 4) == 0);
  CHECK(ebb::divide_up(1, 4) == 1);
  CHECK(ebb::divide_up(8, 4) == 2);
  CHECK(ebb::divide_up(9, 4) == 3);
}
