#include <nn/optimizers/adagrad.hpp>
#include <tests/nn/optimizers/steps.hpp>

using namespace ebb;

TEST_CASE("adagrad: as its formula says") {
  compare_steps<nn::Adagrad>(nn::AdagradOptions{.learning_rate = 0.05},
                             [](int, double w, double g, States& s) {
                               s[0] += g * g;
                               return w - 0.05 * g / (std::sqrt(s[0]) + 1e-10);
                             });
  compare_steps<nn::Adagrad>(nn::AdagradOptions{.learning_rate = 0.05,
                                                .learning_rate_decay = 0.5,
                                                .weight_decay = 0.1,
                                                .first_sum = 0.25,
                                                .epsilon = 1e-3},
                             [](int t, double w, double g, States& s) {
                               g += 0.1 * w;
                               s[0] += g * g;
                               return w - 0.05 / (1 + (t - 1) * 0.5) * g / (std::sqrt(s[0]) + 1e-3);
                             },
                             {0.25});
}

// 3 / 3, then 4 / sqrt(9 + 16); with a decay of 1 the second step is half as long.
TEST_CASE("adagrad: two steps by hand") {
  nn::AdagradOptions options{.learning_rate = 0.5, .epsilon = 1e-300};
  CHECK(after<nn::Adagrad>(options, 1, {3, 4}) == doctest::Approx(0.1).epsilon(1e-14));
  options.learning_rate_decay = 1;
  CHECK(after<nn::Adagrad>(options, 1, {3, 4}) == doctest::Approx(0.3).epsilon(1e-14));
  options.first_sum = 7;  // 3 / sqrt(7 + 9)
  CHECK(after<nn::Adagrad>(options, 1, {3}) == 0.625);
}

TEST_CASE("adagrad: options out of range are refused") {
  const auto says = [](const nn::AdagradOptions& o) { return refusal_of<nn::Adagrad>(o); };
  CHECK(says({.learning_rate_decay = -1}) ==
        "adagrad: a learning rate decay of -1; it must be at least 0 and finite");
  CHECK(says({.weight_decay = -1}).find("adagrad: a weight decay of -1;") == 0);
  CHECK(says({.first_sum = -1}) == "adagrad: a first sum of -1; it must be at least 0 and finite");
  CHECK(says({.epsilon = 0}).find("adagrad: an epsilon of 0;") == 0);
}

TEST_CASE("adagrad: back in an earlier state it takes the same steps again") {
  compare_way_back<nn::Adagrad>(nn::AdagradOptions{.first_sum = 0.5});
}
