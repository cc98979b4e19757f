#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/gradients.hpp>
#include <autograd/scopes.hpp>
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

TEST_CASE("Recording: overrides NoGrad as long as it lives, and the other way round") {
  const Variable x = leaf(ones({2}));
  const NoGrad outer;
  {
    const detail::Recording on(true);
    CHECK(exp(x).wants_gradient());
    const detail::Recording off(false);
    CHECK(!exp(x).wants_gradient());
  }
  CHECK(!recording());
}

TEST_CASE("scopes: know the module that computes and the operation whose rule runs") {
  const std::string outer = "vae", inner = "vae.encoder";
  const Variable y = exp(leaf(ones({2})));
  CHECK(detail::scopes.module == nullptr);
  CHECK(detail::scopes.derived == nullptr);
  {
    const ModuleScope model(outer);
    {
      const ModuleScope part(inner);
      const detail::RuleScope rule(*y.node());
      CHECK(*detail::scopes.module == "vae.encoder");
      CHECK(detail::scopes.derived == y.node().get());
    }
    CHECK(*detail::scopes.module == "vae");
    CHECK(detail::scopes.derived == nullptr);
  }
  CHECK(detail::scopes.module == nullptr);
}
