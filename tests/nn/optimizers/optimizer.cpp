// Covers: tensor/kernels/optimizer.cpp
#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <cmath>
#include <nn/layers/linear.hpp>
#include <nn/optimizers/optimizer.hpp>
#include <nn/parts.hpp>
#include <nn/sequential.hpp>
#include <tensor/random.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;
using nn::Linear;

namespace {

struct Weights final : nn::Module {
  explicit Weights(std::int64_t n, bool transposed = false)
      : w(transposed ? Shape{n, 3} : Shape{n},
          {.start = nn::uniform(1), .transposed = transposed}) {}
  void visit(nn::Visitor& v) override { v("w", w); }
  nn::Parameter w;
};

// Five steps of `optimizer` on sum(w³)/3, against the same in double.
template <class Optimizer, class Options, class Step>
void compare_steps(const Options& options, const Step& step) {
  for (const DType dtype : {DType::float32, DType::float64})
    for (const bool transposed : {false, true})
      for (const std::int64_t n : {1, 7, 16, 33, 20'000}) {
        Weights model(n, transposed);
        nn::initialize(model, {.seed = 2, .dtype = dtype});
        std::vector<double> w = cast(model.w.value(), DType::float64).to_vector<double>();
        std::vector<double> first(w.size()), second(w.size());
        Optimizer optimizer(model, options);
        for (int t = 1; t <= 5; ++t) {
          optimizer.step(backward(sum(model.w * model.w * model.w) / 3));
          for (std::size_t i = 0; i < w.size(); ++i)
            w[i] = step(t, w[i], w[i] * w[i], first[i], second[i]);
        }
        const std::vector<double> found = cast(model.w.value(), DType::float64).to_vector<double>();
        double worst = 0;
        for (std::size_t i = 0; i < w.size(); ++i)
          worst = std::max(worst, std::abs(found[i] - w[i]));
        CHECK(worst <= (dtype == DType::float32 ? 2e-5 : 1e-13));
        CHECK(optimizer.steps() == 5);
      }
}

}  // namespace

TEST_CASE("sgd: with momentum and weight decay, as its formula says") {
  const nn::SGDOptions plain{.learning_rate = 0.1};
  compare_steps<nn::SGD>(plain,
                         [](int, double w, double g, double&, double&) { return w - 0.1 * g; });
  const nn::SGDOptions heavy{.learning_rate = 0.1, .momentum = 0.9, .weight_decay = 0.01};
  compare_steps<nn::SGD>(heavy, [](int, double w, double g, double& v, double&) {
    v = 0.9 * v + (g + 0.01 * w);
    return w - 0.1 * v;
  });
}

TEST_CASE("adam: as its formula says") {
  const nn::AdamOptions options{.learning_rate = 0.05, .weight_decay = 0.1};
  compare_steps<nn::Adam>(options, [](int t, double w, double g, double& m, double& s) {
    g += 0.1 * w;
    m = 0.9 * m + 0.1 * g;
    s = 0.999 * s + 0.001 * g * g;
    return w -
           0.05 * (m / (1 - std::pow(0.9, t))) / (std::sqrt(s / (1 - std::pow(0.999, t))) + 1e-8);
  });
}

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
                       "linear: a tensor [2, 2] was written after its derivative had saved it; "
                       "compute the gradients before you change it",
                       Error);
}

TEST_CASE("optimizer: options out of range and models without numbers are refused") {
  Linear layer{2, 2};
  CHECK_THROWS_WITH_AS(nn::Adam{layer}, doctest::Contains("weight [2, 2] has no numbers yet"),
                       Error);
  nn::initialize(layer);
  CHECK_THROWS_WITH_AS((nn::Adam{layer, {.learning_rate = NAN}}),
                       "adam: a learning rate of nan; it must be at least 0 and finite", Error);
  CHECK_THROWS_WITH_AS((nn::SGD{layer, {.momentum = 1.5}}),
                       "sgd: a momentum of 1.5; it must be at least 0 and below 1", Error);
  CHECK_THROWS_AS((nn::Adam{layer, {.beta1 = 1}}), Error);
  CHECK_THROWS_AS((nn::Adam{layer, {.beta2 = -0.1}}), Error);
  for (const double epsilon : {0.0, -1.0, 1e-40, 1e39, double(NAN), double(INFINITY)})
    CHECK_THROWS_WITH_AS((nn::Adam{layer, {.epsilon = epsilon}}),
                         text("adam: an epsilon of ", epsilon, "; it must be from ",
                              1.1754943508222875e-38, " to ", 3.4028234663852886e+38, ", try 1e-8")
                             .c_str(),
                         Error);
  Linear fine{2, 2};
  nn::initialize(fine, {.dtype = DType::float64});
  const nn::Adam tiny{fine, {.epsilon = 1e-40}};
  CHECK_THROWS_AS((nn::Adam{fine, {.epsilon = 1e-310}}), Error);
  CHECK_THROWS_AS((nn::Adam{layer, {.weight_decay = -1}}), Error);
  CHECK_THROWS_AS((nn::SGD{layer, {.momentum = 1}}), Error);
  CHECK_THROWS_AS((nn::SGD{layer, {.weight_decay = INFINITY}}), Error);
  nn::SGD optimizer{layer};
  CHECK_THROWS_AS(optimizer.set_learning_rate(-1), Error);
  optimizer.set_learning_rate(0.5);
  CHECK(optimizer.learning_rate() == 0.5);
}

TEST_CASE("optimizer: back in an earlier state it takes the same steps again, bit for bit") {
  const auto compare = [](const auto& make) {
    Weights model(33);
    nn::initialize(model);
    auto optimizer = make(model);
    const auto step = [&] { optimizer.step(backward(sum(model.w * model.w * model.w))); };
    step();
    const nn::OptimizerState state = optimizer.state();
    const Tensor weights = clone(model.w.value());
    step();
    step();
    const std::vector<float> there = model.w.value().template to_vector<float>();
    model.w.set(weights);
    step();  // on the way astray: it remembers three steps by now
    CHECK(model.w.value().template to_vector<float>() != there);
    model.w.set(weights);
    optimizer.restore(state);
    CHECK(optimizer.steps() == 1);
    step();
    step();
    CHECK(model.w.value().template to_vector<float>() == there);
  };
  compare([](const nn::Module& model) { return nn::Adam(model, {.learning_rate = 0.1}); });
  compare([](const nn::Module& model) {
    return nn::SGD(model, {.learning_rate = 0.1, .momentum = 0.9});
  });
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
                       "adam: the state to go back to is that after -1 steps; take it from this "
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
      : Optimizer("counting", model, 1, states), count(states) {}
  void update(DType dtype, void* weight, const void* gradient, void* const* states,
              std::int64_t n) const override {
    REQUIRE(dtype == DType::float32);
    for (std::int64_t i = 0; i < n; ++i) {
      static_cast<float*>(weight)[i] -= static_cast<const float*>(gradient)[i];
      for (int j = 0; j < count; ++j)
        static_cast<float*>(states[j])[i] += static_cast<float>(j + 1);
    }
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
      CHECK(amin(numbers).item() == 2 * (i % states + 1));
      CHECK(amax(numbers).item() == 2 * (i % states + 1));
    }
  }
}
