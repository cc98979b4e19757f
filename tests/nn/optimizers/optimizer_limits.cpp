// Covers: tensor/kernels/update.cpp
// Numbers at the ends of a dtype, or past them, on their way through an optimizer.
#include <doctest/doctest.h>

#include <autograd/anomaly.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <cmath>
#include <limits>
#include <nn/optimizers/adagrad.hpp>
#include <nn/optimizers/adam.hpp>
#include <nn/optimizers/adamw.hpp>
#include <nn/optimizers/lion.hpp>
#include <nn/optimizers/rmsprop.hpp>
#include <nn/optimizers/sgd.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/update.hpp>
#include <tests/support.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;

namespace {

struct Weights final : nn::Module {
  explicit Weights(std::int64_t n, DType dtype = DType::float32) : w({n}) {
    nn::initialize(*this, {.dtype = dtype});
    w.set(ones({n}, dtype));
  }
  void visit(nn::Visitor& v) override { v("w", w); }
  std::vector<double> numbers() const {
    return cast(w.value(), DType::float64).to_vector<double>();
  }
  Gradients gradient(const std::vector<double>& g) const {
    return backward(sum(w * cast(from_vector(g), w.value().dtype())));
  }
  nn::Parameter w;
};

// n gradients of 1, those at the places given replaced.
std::vector<double> gradients_with(std::size_t n, double odd,
                                   std::initializer_list<std::size_t> at) {
  std::vector<double> g(n, 1);
  for (const std::size_t i : at) g[i] = odd;
  return g;
}

// What a step says when the gradient of element i of w is `odd`.
std::string refusal(const char* name, std::size_t i, double odd) {
  const std::string value = text(odd);
  return text(name, ": the first NaN or infinity is in its update of w, where [", i,
              "] has a gradient of ", value,
              std::isfinite(odd) ? ", too large for what is remembered" : "",
              "; such weights stay as they were, all others took the step; try ",
              std::isfinite(odd) ? "clip_norm, or a smaller learning rate"
                                 : "AnomalyMode, which names the operation that made it");
}

}  // namespace

TEST_CASE("adam: a gradient whose square overflows moves its weight, then and later") {
  for (const DType dtype : {DType::float32, DType::float64})
    for (const std::size_t n : {1u, 5u, 16u, 37u}) {
      const double large = dtype == DType::float32 ? 2e19 : 2e154;
      Weights model(static_cast<std::int64_t>(n), dtype);
      nn::Adam adam{model, {.learning_rate = 0.1}};
      double m = 0, s = 0, w = 1;  // s in units of large²
      for (int t = 1; t <= 20; ++t) {
        const double g = t == 1 || t == 3 ? large : 1;
        adam.step(model.gradient(gradients_with(n, g, {0, n - 1})));
        m = 0.9 * m + 0.1 * (g / large);
        s = 0.999 * s + 0.001 * (g / large) * (g / large);
        w -= 0.1 * (m / (1 - std::pow(0.9, t))) / std::sqrt(s / (1 - std::pow(0.999, t)));
        const std::vector<double> numbers = model.numbers();
        CHECK(numbers[0] == doctest::Approx(w).epsilon(1e-5));
        CHECK(numbers[n - 1] == numbers[0]);
        if (n > 2) CHECK(numbers[1] == doctest::Approx(1 - 0.1 * t).epsilon(1e-4));
      }
      for (const Tensor& numbers : adam.state().numbers) CHECK(is_finite(numbers));
    }
}

TEST_CASE("adam: what no moment can hold is named, and the weights of that gradient stay") {
  for (const double odd : {1e21, -1e21, double(INFINITY), -double(INFINITY), double(NAN)})
    for (const std::size_t n : {3u, 16u, 37u, 50'000u}) {
      Weights model(static_cast<std::int64_t>(n)), untroubled(static_cast<std::int64_t>(n));
      nn::Adam adam{model, {.learning_rate = 0.1}}, other{untroubled, {.learning_rate = 0.1}};
      const std::vector<double> ordinary(n, 1);
      adam.step(model.gradient(ordinary));
      other.step(untroubled.gradient(ordinary));
      const double before = model.numbers()[1];
      CHECK(message_of([&] {
              adam.step(model.gradient(gradients_with(n, odd, {1, n - 1})));
            }) == refusal("adam", 1, static_cast<float>(odd)));
      other.step(untroubled.gradient(ordinary));
      std::vector<double> expected = untroubled.numbers();
      expected[1] = expected[n - 1] = before;
      CHECK(model.numbers() == expected);
      CHECK(adam.steps() == 2);
      for (const Tensor& numbers : adam.state().numbers) CHECK(is_finite(numbers));
      adam.step(model.gradient(ordinary));  // and goes on
      CHECK(model.numbers()[1] < before);
    }
}

TEST_CASE("adam: a second moment at its end is named before it overflows") {
  Weights model(20);
  nn::Adam adam{model, {.learning_rate = 0.1}};
  const auto step = [&] { adam.step(model.gradient(std::vector<double>(20, 5.5e20))); };
  step();  // 0.001 g² is 3e38, and twice that is too large
  CHECK(message_of(step) == refusal("adam", 0, 5.5e20f));
  for (const Tensor& numbers : adam.state().numbers) CHECK(is_finite(numbers));
}

TEST_CASE("adam: the smallest epsilon divides by no zero") {
  Weights model(20);
  nn::Adam adam{model, {.epsilon = std::numeric_limits<float>::min()}};
  adam.step(model.gradient(std::vector<double>(20, 0)));
  CHECK(model.numbers() == std::vector<double>(20, 1));
}

TEST_CASE("sgd: what is not finite shows in its weight, and in no other") {
  for (const double momentum : {0.0, 0.9})
    for (const double odd : {double(INFINITY), double(NAN)})
      for (const std::size_t n : {3u, 16u, 37u}) {
        Weights model(static_cast<std::int64_t>(n));
        nn::SGD sgd{model, {.learning_rate = 2, .momentum = momentum}};
        sgd.step(model.gradient(gradients_with(n, odd, {0, n - 1})));
        const std::vector<double> numbers = model.numbers();
        CHECK(!std::isfinite(numbers[0]));
        CHECK(!std::isfinite(numbers[n - 1]));
        for (std::size_t i = 1; i + 1 < n; ++i) CHECK(numbers[i] == -1);
      }
}

namespace {

// A gradient that no square can hold, in the middle: that weight stays, as does all that is
// remembered of it, and the step says so.
template <class Optimizer>
void refuse_one(const char* name, double odd) {
  Weights model(37), untroubled(37);
  Optimizer optimizer{model}, other{untroubled};
  CHECK(message_of([&] { optimizer.step(model.gradient(gradients_with(37, odd, {21}))); }) ==
        refusal(name, 21, static_cast<float>(odd)));
  other.step(untroubled.gradient(std::vector<double>(37, 1)));
  std::vector<double> expected = untroubled.numbers();
  expected[21] = 1;
  CHECK(model.numbers() == expected);
  for (const Tensor& numbers : optimizer.state().numbers) CHECK(numbers[21].item() == 0);
}

}  // namespace

TEST_CASE("optimizers: what their memory cannot hold is named, and such a weight stays") {
  for (const double odd : {1e22, double(INFINITY), double(NAN)}) {
    refuse_one<nn::AdamW>("adamw", odd);
    refuse_one<nn::Adagrad>("adagrad", odd);
    refuse_one<nn::RMSprop>("rmsprop", odd);
    if (!std::isfinite(odd)) refuse_one<nn::Lion>("lion", odd);
  }
}

TEST_CASE("optimizer: a refusal says where, by row and column, and whether the weight was lost") {
  struct Matrix final : nn::Module {
    void visit(nn::Visitor& v) override { v("w", w); }
    nn::Parameter w{{50, 30}, {.transposed = true}};
  } model;
  nn::initialize(model);
  nn::Adam adam{model, {.weight_decay = 0.1}};
  std::vector<float> g(1500);
  g[47 * 30 + 11] = NAN;
  const auto step = [&] { adam.step(backward(sum(model.w * from_vector(g, {50, 30})))); };
  CHECK(message_of(step).find("in its update of w, where [47, 11] has a gradient of nan;") !=
        std::string::npos);
  g.assign(1500, 1);
  std::vector<float> w(1500, 1);
  w[3 * 30 + 2] = INFINITY;
  model.w.set(from_vector(w, {50, 30}));
  CHECK(message_of(step).find("where [3, 2] is inf itself; such") != std::string::npos);
}

TEST_CASE("optimizer: what an update of one's own refuses is told with the parameter's name") {
  struct Refusing final : nn::Optimizer {
    explicit Refusing(const nn::Module& model) : Optimizer("refusing", model, 1, {}) {}
    Refusal update(std::span<const Update>, double, double) const override {
      return {.tensor = 0, .element = 1, .weight = 2, .gradient = 1e30};
    }
  };
  Weights model(2);
  Refusing optimizer(model);
  CHECK(message_of([&] {
          optimizer.step(model.gradient({1, 1}));
        }) == refusal("refusing", 1, 1e30));
  CHECK(optimizer.steps() == 1);
}
