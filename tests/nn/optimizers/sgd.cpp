#include <nn/optimizers/sgd.hpp>
#include <tests/nn/optimizers/steps.hpp>

using namespace ebb;

TEST_CASE("sgd: plain, as its formula says") {
  compare_steps<nn::SGD>(nn::SGDOptions{.learning_rate = 0.1},
                         [](int, double w, double g, States&) { return w - 0.1 * g; });
  compare_steps<nn::SGD>(nn::SGDOptions{.learning_rate = 0.1, .weight_decay = 0.01},
                         [](int, double w, double g, States&) { return w - 0.1 * (g + 0.01 * w); });
}

TEST_CASE("sgd: with momentum and weight decay, as its formula says") {
  nn::SGDOptions options{.learning_rate = 0.1, .momentum = 0.9, .weight_decay = 0.01};
  compare_steps<nn::SGD>(options, [](int, double w, double g, States& s) {
    s[0] = 0.9 * s[0] + (g + 0.01 * w);
    return w - 0.1 * s[0];
  });
  options.nesterov = true;
  compare_steps<nn::SGD>(options, [](int, double w, double g, States& s) {
    g += 0.01 * w;
    s[0] = 0.9 * s[0] + g;
    return w - 0.1 * (g + 0.9 * s[0]);
  });
}

// v: 2, then 0.5 * 2 + 4 = 5. Ahead: 2 + 1 = 3, then 4 + 2.5 = 6.5.
TEST_CASE("sgd: two steps by hand") {
  const auto end = [](const nn::SGDOptions& options) { return after<nn::SGD>(options, 1, {2, 4}); };
  CHECK(end({.learning_rate = 0.25}) == 1 - 0.5 - 1);
  CHECK(end({.learning_rate = 0.25, .momentum = 0.5}) == 1 - 0.5 - 1.25);
  CHECK(end({.learning_rate = 0.25, .momentum = 0.5, .nesterov = true}) == 1 - 0.75 - 1.625);
  CHECK(after<nn::SGD>(nn::SGDOptions{.learning_rate = 0.25, .weight_decay = 2}, 1, {2}) == 0);
}

TEST_CASE("sgd: options out of range are refused") {
  const auto says = [](const nn::SGDOptions& options) { return refusal_of<nn::SGD>(options); };
  CHECK(says({.momentum = 1.5}) == "sgd: a momentum of 1.5; it must be at least 0 and below 1");
  CHECK(says({.momentum = 1}).find("sgd: a momentum of 1;") == 0);
  CHECK(says({.weight_decay = INFINITY}) ==
        "sgd: a weight decay of inf; it must be at least 0 and finite");
  CHECK(says({.nesterov = true}) ==
        "sgd: nesterov with a momentum of 0 cannot look ahead; try a momentum of 0.9");
  CHECK(says({.momentum = 0.9, .nesterov = true}) == "nothing");
}

TEST_CASE("sgd: back in an earlier state it takes the same steps again") {
  compare_way_back<nn::SGD>(nn::SGDOptions{.learning_rate = 0.1, .momentum = 0.9});
}
