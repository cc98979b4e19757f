#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <nn/layers/linear.hpp>
#include <nn/optimizers/adagrad.hpp>
#include <nn/optimizers/adam.hpp>
#include <nn/optimizers/adamw.hpp>
#include <nn/optimizers/lion.hpp>
#include <nn/optimizers/rmsprop.hpp>
#include <nn/optimizers/sgd.hpp>
#include <tests/support.hpp>
#include <tools/training/optimizers.hpp>

using namespace ebb;
using namespace ebb::tools;

namespace {

// The weights after three steps of the optimizer that `make` makes for a model.
template <class Make>
std::vector<float> after_steps(const Make& make) {
  nn::Linear model{3, 2};
  nn::initialize(model, {.seed = 5});
  const auto optimizer = make(model);
  for (int step = 0; step < 3; ++step) optimizer->step(backward(sum(square(model(ones({4, 3}))))));
  return model.weight.value().to_vector<float>();
}

// The options, which name an optimizer, lead to the same steps as these settings of the library.
template <class O, class Settings>
void check_steps(const TrainOptions& options, const Settings& settings) {
  CHECK_MESSAGE(
      after_steps([&](const auto& model) { return make_optimizer(options, model); }) ==
          after_steps([&](const auto& model) { return std::make_unique<O>(model, settings); }),
      options.optimizer);
}

std::string refusal(TrainOptions options) {
  return message_of<UsageError>([&] { settle_settings(options); });
}

}  // namespace

TEST_CASE("optimizers: each name makes one with the learning rate that was asked for") {
  nn::Linear model{3, 2};
  nn::initialize(model);
  TrainOptions options;
  options.learning_rate = 0.25;
  for (const std::string& name : optimizer_names()) {
    options.optimizer = name;
    const auto optimizer = make_optimizer(options, model);
    CHECK(optimizer->learning_rate() == 0.25);
    // A state per weight and one per bias, or none.
    CHECK(optimizer->state().numbers.size() ==
          2 * static_cast<std::size_t>(optimizer_states(options)));
  }
  options.optimizer = "newton";
  CHECK_THROWS_WITH_AS(make_optimizer(options, model), "--optimizer: 'newton' is unknown; try adam",
                       UsageError);
}

TEST_CASE("optimizers: epsilon, weight decay and momentum reach those that have them") {
  TrainOptions options;
  options.learning_rate = 0.1;
  const auto with = [&](const char* optimizer) {
    options.optimizer = optimizer;
    return options;
  };
  check_steps<nn::Lion>(with("lion"), nn::LionOptions{.learning_rate = 0.1});
  options.weight_decay = 0.3;
  check_steps<nn::Lion>(with("lion"), nn::LionOptions{.learning_rate = 0.1, .weight_decay = 0.3});
  options.epsilon = 0.5;
  check_steps<nn::Adam>(with("adam"),
                        nn::AdamOptions{.learning_rate = 0.1, .epsilon = 0.5, .weight_decay = 0.3});
  check_steps<nn::AdamW>(
      with("adamw"), nn::AdamWOptions{.learning_rate = 0.1, .epsilon = 0.5, .weight_decay = 0.3});
  check_steps<nn::Adagrad>(
      with("adagrad"),
      nn::AdagradOptions{.learning_rate = 0.1, .weight_decay = 0.3, .epsilon = 0.5});
  options.momentum = 0.75;
  CHECK(optimizer_states(with("rmsprop")) == 2);
  check_steps<nn::RMSprop>(
      with("rmsprop"),
      nn::RMSpropOptions{
          .learning_rate = 0.1, .epsilon = 0.5, .momentum = 0.75, .weight_decay = 0.3});
  options.epsilon.reset();
  CHECK(optimizer_states(with("sgd")) == 1);
  check_steps<nn::SGD>(with("sgd"),
                       nn::SGDOptions{.learning_rate = 0.1, .momentum = 0.75, .weight_decay = 0.3});
}

TEST_CASE("optimizers: what was not said becomes the optimizer's own, for config.json") {
  TrainOptions options;
  options.optimizer = "adamw";
  options.epsilon = 1e-4;
  settle_settings(options);
  CHECK(options.epsilon == 1e-4);
  CHECK(options.weight_decay == 1e-2);
  CHECK(!options.momentum);
  TrainOptions other;
  other.optimizer = "sgd";
  settle_settings(other);
  CHECK(!other.epsilon);
  CHECK(other.weight_decay == 0.0);
  CHECK(other.momentum == 0.0);
}

TEST_CASE("optimizers: a setting that the optimizer has not is refused") {
  TrainOptions options;
  options.momentum = 0.9;
  CHECK(refusal(options) == "--momentum: adam has none; try --optimizer with one of sgd, rmsprop");
  options = {};
  options.optimizer = "sgd";
  options.epsilon = 1e-4;
  CHECK(refusal(options) ==
        "--epsilon: sgd has none; try --optimizer with one of adam, adamw, rmsprop, adagrad");
}
