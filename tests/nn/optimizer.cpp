// Covers: tensor/kernels/optimizer.cpp
#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <cmath>
#include <nn/linear.hpp>
#include <nn/optimizer.hpp>
#include <nn/sequential.hpp>
#include <tensor/random.hpp>

using namespace ebb;
using nn::Linear;

namespace {

struct Weights final : nn::Module {
  explicit Weights(std::int64_t n, bool transposed = false)
      : w(transposed ? Shape{n, 3} : Shape{n}, {.bound = 1, .transposed = transposed}) {}
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

TEST_CASE("optimizer: the first step names parts that the loss and the optimizer do not share") {
  nn::Sequential net{Linear{2, 2}, Linear{2, 1}};
  nn::initialize(net);
  nn::Sequential half{Linear{2, 2}};
  nn::initialize(half);
  nn::SGD optimizer{half};
  CHECK_THROWS_WITH_AS(
      optimizer.step(backward(sum(net(ones({1, 2}))) + sum(half(ones({1, 2}))))),
      doctest::Contains("1.weight [1, 2] gets a gradient but this optimizer does not update it"),
      Error);
  nn::SGD whole{net};
  CHECK_THROWS_WITH_AS(
      whole.step(backward(sum(half(ones({1, 2}))))),
      doctest::Contains(
          "1.bias [1] is held but gets no gradient (use it in the loss, or freeze it)"),
      Error);
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
                       doctest::Contains("adam: a learning rate of nan"), Error);
  CHECK_THROWS_AS((nn::Adam{layer, {.beta1 = 1}}), Error);
  CHECK_THROWS_AS((nn::Adam{layer, {.beta2 = -0.1}}), Error);
  CHECK_THROWS_AS((nn::Adam{layer, {.epsilon = -1}}), Error);
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
  CHECK_THROWS_WITH_AS(sgd.restore(adam.state()),
                       "sgd: it remembers 0 tensors, the state to go back to has 2; take it from "
                       "this optimizer",
                       Error);
}
