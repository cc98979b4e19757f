#include <nn/optimizers/rmsprop.hpp>
#include <tests/nn/optimizers/steps.hpp>

using namespace ebb;

TEST_CASE("rmsprop: as its formula says, centered or not, with momentum or without") {
  for (const bool centered : {false, true})
    for (const double momentum : {0.0, 0.9})
      compare_steps<nn::RMSprop>(nn::RMSpropOptions{.learning_rate = 0.01,
                                                    .alpha = 0.8,
                                                    .epsilon = 1e-3,
                                                    .momentum = momentum,
                                                    .weight_decay = 0.1,
                                                    .centered = centered},
                                 [=](int, double w, double g, States& s) {
                                   g += 0.1 * w;
                                   s[0] = 0.8 * s[0] + 0.2 * g * g;
                                   if (centered) s[1] = 0.8 * s[1] + 0.2 * g;
                                   const double root = std::sqrt(s[0] - s[1] * s[1]) + 1e-3;
                                   s[2] = momentum * s[2] + g / root;
                                   return w - 0.01 * s[2];
                                 });
}

// s = 0.25 * 4 = 1, so 2 / 1. Centered: the mean is 0.5, 1 - 0.25 = 0.75. Then with a gradient of
// 0: s = 0.75, and only the momentum of 0.5 * 2 moves.
TEST_CASE("rmsprop: steps by hand") {
  nn::RMSpropOptions options{.learning_rate = 0.5, .alpha = 0.75, .epsilon = 1e-300};
  CHECK(after<nn::RMSprop>(options, 3, {2}) == 2);
  options.momentum = 0.5;
  CHECK(after<nn::RMSprop>(options, 3, {2, 0}) == 1.5);
  options.centered = true;
  CHECK(after<nn::RMSprop>(options, 3, {2}) ==
        doctest::Approx(3 - 1.15470053837925).epsilon(1e-14));
}

TEST_CASE("rmsprop: gradients that are all the same have a deviation of 0, and no NaN") {
  Weights model(40);
  nn::initialize(model);
  nn::RMSprop optimizer{model, {.learning_rate = 1e-3, .alpha = 0.5, .centered = true}};
  for (int i = 0; i < 300; ++i) {
    optimizer.step(backward(0.1 * sum(model.w)));
    for (const double w : numbers_of(model.w.value())) REQUIRE(std::isfinite(w));
  }
}

TEST_CASE("rmsprop: it remembers what it needs") {
  Weights model(2);
  nn::initialize(model);
  using Names = std::vector<std::string>;
  CHECK(nn::RMSprop{model}.state_names() == Names{"w.mean_square"});
  CHECK(nn::RMSprop{model, {.momentum = 0.5, .centered = true}}.state_names() ==
        Names{"w.mean_square", "w.mean", "w.momentum"});
}

TEST_CASE("rmsprop: options out of range are refused") {
  const auto says = [](const nn::RMSpropOptions& o) { return refusal_of<nn::RMSprop>(o); };
  CHECK(says({.alpha = 1}) == "rmsprop: a smoothing alpha of 1; it must be at least 0 and below 1");
  CHECK(says({.epsilon = 0}).find("rmsprop: an epsilon of 0;") == 0);
  CHECK(says({.momentum = -1}).find("rmsprop: a momentum of -1;") == 0);
  CHECK(says({.weight_decay = NAN}).find("rmsprop: a weight decay of nan;") == 0);
}

TEST_CASE("rmsprop: back in an earlier state it takes the same steps again") {
  compare_way_back<nn::RMSprop>(nn::RMSpropOptions{.momentum = 0.5, .centered = true});
}
