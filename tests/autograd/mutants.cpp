#include <doctest/doctest.h>

#include <tests/autograd/mutants.hpp>

using namespace ebb;

namespace {

std::vector<Mutant> mutants() {
  std::vector<Mutant> all = elementwise_mutants();
  for (const Mutant& mutant : array_mutants()) all.push_back(mutant);
  return all;
}

bool passes(const Function& f, const Mutant& mutant, const CheckOptions& options) {
  try {
    check_gradients(f, mutant.at, options);
    return true;
  } catch (const GradientError&) {
    return false;
  }
}

}  // namespace

TEST_CASE("check_gradients: catches every wrong derivative and none of their correct twins") {
  int caught = 0;
  for (const Mutant& mutant : mutants()) {
    CAPTURE(mutant.name);
    CHECK(passes(mutant.right, mutant, {.order = mutant.kink ? 1 : 2}));
    if (mutant.order == 2) CHECK(passes(mutant.wrong, mutant, {.order = 1}));
    const bool found = !passes(mutant.wrong, mutant, {.order = mutant.order});
    CHECK(found);
    caught += found;
  }
  CHECK(caught >= 40);
}

TEST_CASE("check_gradients: element by element or along random directions, each catches them") {
  for (const Mutant& mutant : mutants()) {
    CAPTURE(mutant.name);
    CHECK_FALSE(passes(mutant.wrong, mutant, {.order = mutant.order, .directions = 0}));
    CHECK_FALSE(passes(mutant.wrong, mutant, {.order = mutant.order, .elements = 0}));
  }
}
