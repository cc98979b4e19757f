// Covers: tensor/kernels/optimizer.cpp
// Numbers at the ends of a dtype, or past them, on their way through an optimizer.
#include <doctest/doctest.h>

#include <autograd/anomaly.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <cmath>
#include <limits>
#include <nn/optimizers/optimizer.hpp>
#include <tensor/elementwise.hpp>
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

const std::string refused =
    ": the first NaN or infinity is in its update of w; such weights stay as they were, all others "
    "took the step; try clip_norm, or a smaller learning rate";

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
            }) == "adam" + refused);
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
  CHECK(message_of(step) == "adam" + refused);
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

TEST_CASE("optimizer: an Error in an update of one's own is told with the parameter's name") {
  struct Refusing final : nn::Optimizer {
    explicit Refusing(const nn::Module& model) : Optimizer("refusing", model, 1, 3) {}
    void update(DType, void*, const void*, void* const*, std::int64_t n) const override {
      throw Error(std::string(n == 2 ? "a number too large" : "something else"));
    }
  };
  Weights model(2);
  Refusing optimizer(model);
  CHECK(message_of([&] {
          optimizer.step(model.gradient({1, 1}));
        }).find("refusing: a number too large in its update of w; ") == 0);
}
