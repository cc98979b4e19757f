#include <doctest/doctest.h>

#include <autograd/compare.hpp>

using namespace ebb;

TEST_CASE("equal, allclose: of Variables, or one beside a tensor, they compare the values") {
  const Variable x = leaf(from_vector({1.f, 2.f}));
  const Tensor near = from_vector({1.f, 2.00001f});
  CHECK(equal(x, x));
  CHECK(equal(x, from_vector({1.f, 2.f})));
  CHECK_FALSE(equal(x, near));
  CHECK(allclose(x, near));
  CHECK(allclose(near, x));
  CHECK_FALSE(allclose(x, near, {.rtol = 0}));
}
