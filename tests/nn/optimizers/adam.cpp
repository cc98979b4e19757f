#include <nn/optimizers/adam.hpp>
#include <tests/nn/optimizers/steps.hpp>

using namespace ebb;

TEST_CASE("adam: as its formula says") {
  const nn::AdamOptions options{.learning_rate = 0.05, .weight_decay = 0.1};
  compare_steps<nn::Adam>(options, [](int t, double w, double g, States& s) {
    g += 0.1 * w;
    s[0] = 0.9 * s[0] + 0.1 * g;
    s[1] = 0.999 * s[1] + 0.001 * g * g;
    return w - 0.05 * (s[0] / (1 - std::pow(0.9, t))) /
                   (std::sqrt(s[1] / (1 - std::pow(0.999, t))) + 1e-8);
  });
}

// Without epsilon the first step is the learning rate, whatever the gradient. With betas of 0.5 and
// 0.75: m = 1, 0.5; s = 1, 0.75; corrected 0.5 / 0.75 and 0.75 / 0.4375, so 2 / 3 / sqrt(12 / 7).
TEST_CASE("adam: two steps by hand") {
  const nn::AdamOptions options{
      .learning_rate = 0.5, .beta1 = 0.5, .beta2 = 0.75, .epsilon = 1e-300};
  CHECK(after<nn::Adam>(options, 1, {2}) == doctest::Approx(0.5).epsilon(1e-15));
  CHECK(after<nn::Adam>(options, 1, {2, 0}) ==
        doctest::Approx(0.5 - 0.5 * 0.509175077217316).epsilon(1e-14));
  nn::AdamOptions decaying = options;
  decaying.weight_decay = 3;  // it changes the gradient, and that no longer matters
  CHECK(after<nn::Adam>(decaying, 1, {2}) == doctest::Approx(0.5).epsilon(1e-15));
}

TEST_CASE("adam: options out of range are refused") {
  const auto says = [](const nn::AdamOptions& options) { return refusal_of<nn::Adam>(options); };
  CHECK(says({.beta1 = 1}) == "adam: a beta1 of 1; it must be at least 0 and below 1");
  CHECK(says({.beta2 = -0.1}) == "adam: a beta2 of -0.1; it must be at least 0 and below 1");
  CHECK(says({.weight_decay = -1}) ==
        "adam: a weight decay of -1; it must be at least 0 and finite");
  for (const double epsilon : {0.0, -1.0, 1e-40, 1e39, double(NAN), double(INFINITY)})
    CHECK(says({.epsilon = epsilon}) == text("adam: an epsilon of ", epsilon, "; it must be from ",
                                             1.1754943508222875e-38, " to ", 3.4028234663852886e+38,
                                             ", try 1e-8"));
  Weights fine(2);
  nn::initialize(fine, {.dtype = DType::float64});
  const nn::Adam tiny{fine, {.epsilon = 1e-40}};
  CHECK_THROWS_AS((nn::Adam{fine, {.epsilon = 1e-310}}), Error);
}

TEST_CASE("adam: back in an earlier state it takes the same steps again") {
  compare_way_back<nn::Adam>(nn::AdamOptions{.learning_rate = 0.1});
}
