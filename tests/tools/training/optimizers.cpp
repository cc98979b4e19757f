#include <doctest/doctest.h>

#include <nn/layers/linear.hpp>
#include <tools/training/optimizers.hpp>

using namespace ebb;
using namespace ebb::tools;

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
          2 * static_cast<std::size_t>(optimizer_states(name)));
  }
  options.optimizer = "newton";
  CHECK_THROWS_WITH_AS(make_optimizer(options, model), "--optimizer: 'newton' is unknown; try adam",
                       UsageError);
}
