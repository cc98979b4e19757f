#include <nn/optimizers/lion.hpp>
#include <tests/nn/optimizers/steps.hpp>

using namespace ebb;

TEST_CASE("lion: as its formula says") {
  const nn::LionOptions options{.learning_rate = 0.05, .weight_decay = 0.1};
  compare_steps<nn::Lion>(options, [](int, double w, double g, States& s) {
    const double direction = 0.9 * s[0] + 0.1 * g;
    s[0] = 0.99 * s[0] + 0.01 * g;
    const double sign = direction > 0 ? 1 : direction < 0 ? -1 : 0;
    return w - 0.05 * (sign + 0.1 * w);
  });
}

// m: 0, 1, -1; the directions: 1, 0.5 - 1.5 < 0, 0 where nothing pulls.
TEST_CASE("lion: steps by hand") {
  const nn::LionOptions options{
      .learning_rate = 0.25, .beta1 = 0.5, .beta2 = 0.5, .weight_decay = 2};
  CHECK(after<nn::Lion>(options, 1, {2}) == 0.25);
  CHECK(after<nn::Lion>(options, 1, {2, -3}) == 0.375);
  CHECK(after<nn::Lion>(options, 1, {0}) == 0.5);
  CHECK(after<nn::Lion>(options, 1, {-2}) == 0.75);
}

TEST_CASE("lion: options out of range are refused") {
  const auto says = [](const nn::LionOptions& options) { return refusal_of<nn::Lion>(options); };
  CHECK(says({.beta1 = 1}) == "lion: a beta1 of 1; it must be at least 0 and below 1");
  CHECK(says({.beta2 = -1}).find("lion: a beta2 of -1;") == 0);
  CHECK(says({.weight_decay = NAN}).find("lion: a weight decay of nan;") == 0);
}

TEST_CASE("lion: back in an earlier state it takes the same steps again") {
  compare_way_back<nn::Lion>(nn::LionOptions{.learning_rate = 0.1});
}
