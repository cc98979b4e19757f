// Covers: autograd/tape.cpp
#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/gradients.hpp>
#include <thread>

using namespace ebb;

TEST_CASE("NoGrad: records nothing while it lives, scope in scope") {
  const Variable x = leaf(ones({2}));
  CHECK(recording());
  {
    const NoGrad outer;
    CHECK(!recording());
    CHECK(!exp(x).wants_gradient());
    CHECK(x.wants_gradient());  // what is recorded already stays so
    {
      const NoGrad off(false);  // allows nothing that an outer one forbids
      CHECK(!recording());
      const NoGrad inner;
    }
    CHECK(!recording());
  }
  {
    const NoGrad off(false);
    CHECK(recording());
  }
  CHECK(recording());
  CHECK(exp(x).wants_gradient());
  try {
    const NoGrad scope;
    throw 1;
  } catch (int) {
  }
  CHECK(recording());
}

TEST_CASE("NoGrad: belongs to its thread, and graphs may pass from one to another") {
  const Variable x = leaf(full({}, 3));
  const NoGrad here;
  Variable y;
  std::thread([&] {
    y = x * x;
    const NoGrad there;
  }).join();
  CHECK(!recording());
  REQUIRE(y.wants_gradient());
  double slope = 0;
  std::thread([&] { slope = backward(y)[x].item(); }).join();
  CHECK(slope == 6);
}
