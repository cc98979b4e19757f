#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <cmath>
#include <nn/layers/linear.hpp>
#include <nn/optimizers/adam.hpp>
#include <nn/optimizers/optimizer.hpp>
#include <nn/optimizers/sgd.hpp>
#include <nn/parts.hpp>
#include <nn/sequential.hpp>
#include <nn/start.hpp>
#include <tensor/random.hpp>
#include <tensor/update.hpp>
#include <tests/nn/optimizers/steps.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;
using nn::Linear;

TEST_CASE("optimizer: without memory for a step, or for a state, nothing has changed") {
  struct Two final : nn::Module {
    Weights first{4}, second{50, true};
    void visit(nn::Visitor& v) override { v("first", first), v("second", second); }
  } model;
  nn::initialize(model);
  nn::Adam adam{model, {.learning_rate = 0.1}};
  // a gradient row by row, for weights that lie column by column: the step has to copy it
  const Tensor rows = number_tensor({50, 3}, DType::float32);
  const auto gradients = [&] {
    return backward(sum(model.first.w * model.first.w) + sum(model.second.w * rows));
  };
  adam.step(gradients());
  const nn::OptimizerState state = adam.state();
  const auto all = [&] {
    std::vector<Tensor> numbers = adam.state().numbers;
    numbers.push_back(clone(model.first.w.value()));
    numbers.push_back(clone(model.second.w.value()));
    return numbers;
  };
  const auto same = [](const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_bits);
  };
  const Gradients next = gradients();
  const std::vector<Tensor> before = all();
  const std::uint32_t versions[] = {model.first.w.value().version(),
                                    model.second.w.value().version()};
  {
    const MemoryLimit none(memory_use().live_bytes);
    CHECK_THROWS_AS(adam.step(next), MemoryError);
  }
  CHECK(adam.steps() == 1);
  CHECK(same(all(), before));
  CHECK(model.first.w.value().version() == versions[0]);
  CHECK(model.second.w.value().version() == versions[1]);

  adam.step(next);
  const std::vector<Tensor> after = all();
  CHECK_FALSE(same(after, before));
  int failures = 0;
  for (bool restored = false; !restored; ++failures) {
    const MemoryLimit some(memory_use().live_bytes + static_cast<std::size_t>(failures) * 100);
    try {
      adam.restore(state);
      restored = true;
    } catch (const MemoryError&) {
      set_memory_limit(std::numeric_limits<std::size_t>::max());
      CHECK(adam.steps() == 2);
      CHECK(same(all(), after));
    }
  }
  CHECK(failures > 5);
  CHECK(adam.steps() == 1);
}

TEST_CASE("optimizer: frozen parts stay, the rest moves") {
  nn::Sequential net{Linear{2, 2}, Linear{2, 1}};
  nn::initialize(net);
  nn::Parameter& first = *nn::Parts(net).parameters[0].second;
  nn::Parameter& last = *nn::Parts(net).parameters[3].second;
  const auto first_before = first.value().to_vector<float>();
  const auto last_before = last.value().to_vector<float>();
  first.freeze();
  nn::Parts(net).parameters[1].second->freeze();
  nn::SGD optimizer{net};
  optimizer.step(backward(sum(net(ones({1, 2})))));
  CHECK(first.value().to_vector<float>() == first_before);
  CHECK(last.value().to_vector<float>() != last_before);
}

TEST_CASE("optimizer: a graph that saved the old weights notices the step") {
  Linear layer{2, 2};
  nn::initialize(layer);
  nn::SGD optimizer{layer};
  const Variable x = leaf(ones({1, 2}));
  const Variable loss = sum(square(layer(layer(x))));
  optimizer.step(backward(sum(layer(ones({1, 2})))));
  CHECK_THROWS_WITH_AS(backward(loss),
                       "saved: a tensor [2, 2] was written after a rule had saved it; compute the "
                       "gradients before you change it; in the derivative of linear",
                       Error);
}

TEST_CASE("optimizer: models without numbers and learning rates out of range are refused") {
  Linear layer{2, 2};
  CHECK_THROWS_WITH_AS(nn::Adam{layer}, doctest::Contains("weight [2, 2] has no numbers yet"),
                       Error);
  nn::initialize(layer);
  CHECK_THROWS_WITH_AS((nn::Adam{layer, {.learning_rate = NAN}}),
                       "adam: a learning rate of nan; it must be at least 0 and finite", Error);
  nn::SGD optimizer{layer};
  CHECK_THROWS_AS(optimizer.set_learning_rate(-1), Error);
  CHECK_THROWS_AS(optimizer.set_learning_rate(INFINITY), Error);
  optimizer.set_learning_rate(0.5);
  CHECK(optimizer.learning_rate() == 0.5);
}

TEST_CASE("optimizer: the state of another optimizer is refused") {
  Weights three(3), four(4);
  nn::initialize(three);
  nn::initialize(four);
  nn::Adam adam{three}, other{four};
  nn::SGD sgd{three};
  CHECK_THROWS_WITH_AS(adam.restore(other.state()),
                       "adam: w is remembered by [3] float32, the state to go back to has [4] "
                       "float32; take it from this optimizer",
                       Error);
  nn::OptimizerState never = adam.state();
  never.steps = -1;
  CHECK_THROWS_WITH_AS(adam.restore(never),
                       "adam: there is no state after -1 steps; take it from this "
                       "optimizer",
                       Error);
  CHECK_THROWS_WITH_AS(sgd.restore(adam.state()),
                       "sgd: it remembers 0 tensors, the state to go back to has 2; take it from "
                       "this optimizer",
                       Error);
}

namespace {

// w ← w - g, and the states say which step, and which weight, by running sums of 1, 2, ….
struct Counting final : nn::Optimizer {
  Counting(const nn::Module& model, int states)
      : Optimizer("counting", model, 1, memory(states)), count(states) {}
  static std::vector<Memory> memory(int states) {
    std::vector<Memory> all(static_cast<std::size_t>(states), {"count"});
    if (states > 1) all.back().first = 100;
    return all;
  }
  Refusal update(std::span<const Update> updates, double, double) const override {
    for (const Update& update : updates) {
      const auto add = [n = update.weight.count()](Tensor to, const auto& number) {
        float* const numbers = to.writable_data<float>();
        for (std::int64_t i = 0; i < n; ++i) numbers[i] += number(i);
      };
      const float* const g = update.gradient.data<float>();
      add(update.weight, [&](std::int64_t i) { return -g[i]; });
      for (int j = 0; j < count; ++j)
        add(update.states[static_cast<std::size_t>(j)],
            [&](std::int64_t) { return static_cast<float>(j + 1); });
    }
    return {};
  }
  int count;
};

}  // namespace

TEST_CASE("optimizer: it remembers any number of states per weight") {
  for (const int states : {0, 1, 2, 3, 5, 20}) {
    struct Two final : nn::Module {
      Weights first{50'000}, second{7, true};  // the first one in pieces
      void visit(nn::Visitor& v) override { v("first", first), v("second", second); }
    } model;
    nn::initialize(model);
    model.first.w.set(ones({50'000}));
    model.second.w.set(ones({7, 3}));
    Counting optimizer(model, states);
    for (int t = 0; t < 2; ++t) optimizer.step(backward(sum(model.first.w) + sum(model.second.w)));
    CHECK(amax(model.first.w.value()).item() == -1);
    CHECK(amin(model.first.w.value()).item() == -1);
    CHECK(amin(model.second.w.value()).item() == -1);
    const nn::OptimizerState state = optimizer.state();
    CHECK(state.numbers.size() == static_cast<std::size_t>(2 * states));
    for (int i = 0; i < 2 * states; ++i) {
      const Tensor& numbers = state.numbers[static_cast<std::size_t>(i)];
      const double begin = states > 1 && i % states == states - 1 ? 100 : 0;
      CHECK(amin(numbers).item() == begin + 2 * (i % states + 1));
      CHECK(amax(numbers).item() == begin + 2 * (i % states + 1));
    }
  }
}

TEST_CASE("optimizer: what it remembers has a name, and the shape of its weight") {
  Weights model(4, true);
  nn::initialize(model);
  nn::Adam adam{model};
  CHECK(adam.state_names() == std::vector<std::string>{"w.first_moment", "w.second_moment"});
  CHECK(adam.state().numbers[1].shape() == Shape{4, 3});
  CHECK(adam.name() == std::string("adam"));
}

TEST_CASE("optimizer: a schedule gives the factor of each step, from the number of steps before") {
  Weights model(1);
  nn::initialize(model);
  model.w.set(ones({1}));
  nn::SGD sgd{model, {.learning_rate = 0.5}};
  sgd.follow([](std::int64_t step) { return step == 1 ? 0.25 : 1.0; });
  const auto step = [&] {
    const double before = model.w.value().item();
    sgd.step(backward(sum(model.w)));
    return before - model.w.value().item();
  };
  CHECK(step() == 0.5);
  CHECK(sgd.learning_rate() == 0.125);
  CHECK(step() == 0.125);
  sgd.set_learning_rate(1);
  CHECK(step() == 1);
  sgd.follow([](std::int64_t) { return -1.0; });
  CHECK_THROWS_WITH_AS(step(), "sgd: a learning rate of -1; it must be at least 0 and finite",
                       Error);
  CHECK(sgd.steps() == 3);
  sgd.follow({});
  CHECK(step() == 1);
}
