// What the tests of optimizers share: a model of one parameter, and steps beside a plain loop.
#pragma once

#include <doctest/doctest.h>

#include <array>
#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <cmath>
#include <nn/optimizers/optimizer.hpp>
#include <nn/start.hpp>
#include <tests/tensor/support.hpp>

struct Weights final : ebb::nn::Module {
  explicit Weights(std::int64_t n, bool transposed = false)
      : w(transposed ? ebb::Shape{n, 3} : ebb::Shape{n},
          {.start = ebb::nn::uniform(1), .transposed = transposed}) {}
  void visit(ebb::nn::Visitor& v) override { v("w", w); }
  ebb::Variable loss() const { return sum(w * w * w) / 3; }  // of gradient w²
  ebb::nn::Parameter w;
};

inline std::vector<double> numbers_of(const ebb::Tensor& x) {
  return ebb::cast(x, ebb::DType::float64).to_vector<double>();
}

// What the textbook's loop remembers of one weight.
using States = std::array<double, 3>;

// Five steps of an optimizer on the loss above, against step(t, w, g, states), the new w in double.
template <class Optimizer, class Options, class Step>
void compare_steps(const Options& options, const Step& step, States first = {}) {
  for (const ebb::DType dtype : {ebb::DType::float32, ebb::DType::float64})
    for (const bool transposed : {false, true})
      for (const std::int64_t n : {1, 7, 16, 33, 20'000}) {
        Weights model(n, transposed);
        ebb::nn::initialize(model, {.seed = 2, .dtype = dtype});
        std::vector<double> w = numbers_of(model.w.value());
        std::vector<States> states(w.size(), first);
        Optimizer optimizer(model, options);
        for (int t = 1; t <= 5; ++t) {
          optimizer.step(backward(model.loss()));
          for (std::size_t i = 0; i < w.size(); ++i) w[i] = step(t, w[i], w[i] * w[i], states[i]);
        }
        const std::vector<double> found = numbers_of(model.w.value());
        double worst = 0;
        for (std::size_t i = 0; i < w.size(); ++i)
          worst = std::max(worst, std::abs(found[i] - w[i]));
        CHECK(worst <= (dtype == ebb::DType::float32 ? 2e-5 : 1e-13));
        CHECK(optimizer.steps() == 5);
      }
}

// One weight of float64 that begins with `w`, after a step of each gradient.
template <class Optimizer, class Options>
double after(const Options& options, double w, std::initializer_list<double> gradients) {
  Weights model(1);
  ebb::nn::initialize(model, {.dtype = ebb::DType::float64});
  model.w.set(ebb::full({1}, w, ebb::DType::float64));
  Optimizer optimizer(model, options);
  for (const double g : gradients) optimizer.step(backward(g * sum(model.w)));
  return model.w.value().item();
}

// Back in an earlier state it takes the same steps again, bit for bit.
template <class Optimizer, class Options>
void compare_way_back(const Options& options) {
  for (const bool transposed : {false, true}) {
    Weights model(33, transposed);
    ebb::nn::initialize(model);
    Optimizer optimizer(model, options);
    const auto step = [&] { optimizer.step(backward(model.loss())); };
    step();
    const ebb::nn::OptimizerState state = optimizer.state();
    const ebb::Tensor weights = clone(model.w.value());
    step();
    step();
    const ebb::Tensor there = clone(model.w.value());
    for (int i = 0; i < 3; ++i) step();  // astray: it remembers six steps by now
    CHECK_FALSE(same_bits(model.w.value(), there));
    model.w.set(weights);
    optimizer.restore(state);
    CHECK(optimizer.steps() == 1);
    step();
    step();
    CHECK(same_bits(model.w.value(), there));
  }
}

// What it says of options.
template <class Optimizer, class Options>
std::string refusal_of(const Options& options) {
  Weights model(2);
  ebb::nn::initialize(model);
  try {
    Optimizer optimizer(model, options);
  } catch (const ebb::Error& error) {
    return error.what();
  }
  return "nothing";
}
