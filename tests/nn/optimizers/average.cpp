#include <nn/optimizers/average.hpp>
#include <nn/optimizers/sgd.hpp>
#include <tests/nn/optimizers/steps.hpp>
#include <tests/support.hpp>

using namespace ebb;

namespace {

// A model whose weights are all the same number.
struct Level final : nn::Module {
  explicit Level(double value, DType dtype = DType::float64) : w({5, 3}, {.transposed = true}) {
    nn::initialize(*this, {.dtype = dtype});
    set(value);
  }
  void visit(nn::Visitor& v) override { v("w", w); }
  void set(double value) { w.set(full({5, 3}, value, w.leaf().dtype())); }
  double level() const { return w.value()[0][0].item(); }
  nn::Parameter w;
};

double level_of(const nn::Average& average) { return average.state().numbers[0][4][2].item(); }

}  // namespace

TEST_CASE("average: half of the way in each update, by hand") {
  Level model(8);
  nn::Average average(model, {.decay = 0.5});
  CHECK(level_of(average) == 8);
  model.set(0);
  average.update();
  CHECK(level_of(average) == 4);
  model.set(2);
  average.update();
  CHECK(level_of(average) == 3);
  CHECK(average.updates() == 2);
  CHECK(model.level() == 2);
}

TEST_CASE("average: as its formula says, in both dtypes and at odd sizes") {
  for (const DType dtype : {DType::float32, DType::float64})
    for (const bool transposed : {false, true})
      for (const std::int64_t n : {1, 7, 33, 20'000}) {
        Weights model(n, transposed);
        nn::initialize(model, {.dtype = dtype});
        nn::Average average(model, {.decay = 0.9});
        std::vector<double> expected = numbers_of(model.w.value());
        nn::SGD sgd{model, {.learning_rate = 0.1}};
        for (int t = 0; t < 4; ++t) {
          sgd.step(backward(model.loss()));
          average.update();
          const std::vector<double> w = numbers_of(model.w.value());
          for (std::size_t i = 0; i < w.size(); ++i) expected[i] = 0.9 * expected[i] + 0.1 * w[i];
        }
        const std::vector<double> found = numbers_of(average.state().numbers[0]);
        for (std::size_t i = 0; i < found.size(); ++i)
          REQUIRE(found[i] == doctest::Approx(expected[i]).epsilon(1e-5));
      }
}

// The decays are 1 / 10, 2 / 11 and 0.25.
TEST_CASE("average: with a warm-up it forgets faster at first") {
  Level model(110);
  nn::Average average(model, {.decay = 0.25, .warm_up = true});
  model.set(0);
  average.update();
  CHECK(level_of(average) == doctest::Approx(11).epsilon(1e-14));
  average.update();
  CHECK(level_of(average) == doctest::Approx(2).epsilon(1e-14));
  average.update();
  CHECK(level_of(average) == doctest::Approx(0.5).epsilon(1e-14));
}

TEST_CASE("average: for a scope the model has its weights, then its own again, bit for bit") {
  Weights model(33, true);
  nn::initialize(model);
  nn::Average average(model, {.decay = 0.5});
  nn::SGD sgd{model, {.learning_rate = 0.1}};
  sgd.step(backward(model.loss()));
  average.update();
  const Tensor own = clone(model.w.value());
  {
    const nn::Averaged scope(average);
    CHECK(same_bits(model.w.value(), average.state().numbers[0]));
    CHECK_FALSE(same_bits(model.w.value(), own));
  }
  CHECK(same_bits(model.w.value(), own));
  sgd.step(backward(model.loss()));  // which still holds its leaf
  {
    const MemoryLimit none(memory_use().live_bytes);
    CHECK_THROWS_AS(nn::Averaged{average}, MemoryError);
  }
}

TEST_CASE("average: what does not change stays exactly") {
  Level model(0.1, DType::float32);
  nn::Average average(model);
  const Tensor before = average.state().numbers[0];
  for (int i = 0; i < 100; ++i) average.update();
  CHECK(same_bits(average.state().numbers[0], before));
}

TEST_CASE("average: options, models and states that do not fit are refused") {
  Level model(1);
  CHECK(message_of([&] { nn::Average(model, {.decay = 1}); }) ==
        "average: a decay of 1; it must be at least 0 and below 1, try 0.999");
  const Weights empty(2);
  CHECK(message_of([&] { nn::Average average(empty); }).find("has no numbers yet") !=
        std::string::npos);
  nn::Average average(model);
  CHECK(message_of([&] { average.restore({}); }) ==
        "average: it has 1 tensors, the state to go back to has 0 after 0 updates; take it from "
        "this average");
  CHECK(message_of([&] {
          average.restore({1, {zeros({5})}});
        }) ==
        "average: tensor 0 is [5, 3] float64, the state to go back to has [5] float32; take it "
        "from this average");
  nn::initialize(model, {.dtype = DType::float32});
  CHECK_THROWS_AS(average.update(), DTypeError);
  CHECK(average.updates() == 0);
}
