#include <nn/optimizers/adamw.hpp>
#include <tests/nn/optimizers/steps.hpp>

using namespace ebb;

TEST_CASE("adamw: as its formula says") {
  const nn::AdamWOptions options{.learning_rate = 0.05, .weight_decay = 0.1};
  compare_steps<nn::AdamW>(options, [](int t, double w, double g, States& s) {
    w -= 0.05 * 0.1 * w;
    s[0] = 0.9 * s[0] + 0.1 * g;
    s[1] = 0.999 * s[1] + 0.001 * g * g;
    return w - 0.05 * (s[0] / (1 - std::pow(0.9, t))) /
                   (std::sqrt(s[1] / (1 - std::pow(0.999, t))) + 1e-8);
  });
}

// 8 (1 - 0.5 * 0.25) = 7, less the learning rate; the next time 6.5 (7 / 8), less 0.5 * 0.509….
TEST_CASE("adamw: two steps by hand; the weight decays whatever its gradient is") {
  const nn::AdamWOptions options{
      .learning_rate = 0.5, .beta1 = 0.5, .beta2 = 0.75, .epsilon = 1e-300, .weight_decay = 0.25};
  CHECK(after<nn::AdamW>(options, 8, {2}) == doctest::Approx(6.5).epsilon(1e-15));
  CHECK(after<nn::AdamW>(options, 8, {1e9}) == doctest::Approx(6.5).epsilon(1e-15));
  CHECK(after<nn::AdamW>(options, 8, {2, 0}) ==
        doctest::Approx(5.6875 - 0.5 * 0.509175077217316).epsilon(1e-14));
  CHECK(after<nn::AdamW>(nn::AdamWOptions{.learning_rate = 1, .weight_decay = 0.5}, 8, {0}) == 4);
}

TEST_CASE("adamw: options out of range are refused") {
  const auto says = [](const nn::AdamWOptions& options) { return refusal_of<nn::AdamW>(options); };
  CHECK(says({.beta1 = 1}) == "adamw: a beta1 of 1; it must be at least 0 and below 1");
  CHECK(says({.beta2 = NAN}) == "adamw: a beta2 of nan; it must be at least 0 and below 1");
  CHECK(says({.weight_decay = -1}).find("adamw: a weight decay of -1;") == 0);
  CHECK(says({.epsilon = 0}).find("adamw: an epsilon of 0;") == 0);
}

TEST_CASE("adamw: back in an earlier state it takes the same steps again") {
  compare_way_back<nn::AdamW>(nn::AdamWOptions{.learning_rate = 0.1});
}
