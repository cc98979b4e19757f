#include <doctest/doctest.h>

#include <cmath>
#include <nn/layers/linear.hpp>
#include <tensor/error.hpp>
#include <tensor/makers.hpp>
#include <tools/training/selection.hpp>

using namespace ebb;
using namespace ebb::tools;

namespace {

// A weight that says which epoch it is of.
struct Model {
  Model() { nn::initialize(linear); }
  void set(double number) { linear.weight.set(full({1, 1}, number)); }
  double number() const { return linear.weight.value().item(); }
  nn::Linear linear{1, 1};
};

}  // namespace

TEST_CASE("selection: the weights of the best epoch are kept, and shown until a scope ends") {
  Model model;
  TrainOptions options;
  options.keep = "best";
  Selection selection(options, model.linear);
  model.set(5);
  {
    const Kept kept(selection, model.linear);  // there is nothing yet
    CHECK(model.number() == 5);
  }
  const double losses[] = {3, 2, NAN, 2, 2.5};
  for (std::int64_t epoch = 1; epoch <= 5; ++epoch) {
    model.set(static_cast<double>(epoch));
    selection.see(epoch, losses[epoch - 1]);
    CHECK(selection.state().best_epoch == (epoch == 1 ? 1 : 2));
    const Kept kept(selection, model.linear);
    CHECK(model.number() == (epoch == 1 ? 1 : 2));
  }
  CHECK(model.number() == 5);
  CHECK(selection.state().best == 2);
  CHECK(selection.state().epoch == 5);
}

TEST_CASE("selection: without --keep best nothing is copied") {
  Model model;
  const TrainOptions options;
  Selection selection(options, model.linear);
  selection.see(1, 1.0);
  CHECK(selection.state().best_epoch == 1);
  CHECK(!selection.kept().taken());
}

TEST_CASE("selection: patience counts the epochs after the best") {
  Model model;
  TrainOptions options;
  Selection off(options, model.linear);
  for (std::int64_t epoch = 1; epoch <= 30; ++epoch) off.see(epoch, 1.0);
  CHECK(!off.ends());
  options.patience = 2;
  Selection selection(options, model.linear);
  CHECK(!selection.ends());
  const double losses[] = {3, 3, 2, 4, NAN};
  for (std::int64_t epoch = 1; epoch <= 5; ++epoch) {
    selection.see(epoch, losses[epoch - 1]);
    CHECK(selection.ends() == (epoch == 5));
  }
}

TEST_CASE("selection: the rate is that of the options, and a tenth after a plateau") {
  Model model;
  TrainOptions options;
  options.learning_rate = 0.5;
  for (const char* schedule : {"constant", "plateau"}) {
    options.schedule = schedule;
    Selection selection(options, model.linear);
    for (std::int64_t epoch = 1; epoch <= 11; ++epoch) selection.see(epoch, 1.0);
    CHECK(selection.rate() == 0.5);
    selection.see(12, 1.0);  // the eleventh after the best
    CHECK(selection.rate() == (options.schedule == "plateau" ? 0.05 : 0.5));
  }
}

TEST_CASE("selection: it goes on from where another one stood, with the weights that it kept") {
  Model model, other;
  TrainOptions options;
  options.keep = "best";
  options.patience = 3;
  Selection selection(options, model.linear), again(options, other.linear);
  model.set(7);
  selection.see(1, 1.0);
  selection.see(2, 2.0);
  again.restore(selection.state(), selection.kept().to_tensors());
  for (std::int64_t epoch = 3; epoch <= 4; ++epoch) again.see(epoch, 2.0);
  CHECK(again.ends());
  CHECK(again.state().best_epoch == 1);
  {
    const Kept kept(again, other.linear);
    CHECK(other.number() == 7);
  }
  nn::Linear wide(2, 1);
  nn::initialize(wide);
  Selection of_wide(options, wide);
  CHECK_THROWS_WITH_AS(of_wide.restore(selection.state(), selection.kept().to_tensors()),
                       "checkpoint: it has no weight [1, 2] float32; is it of another model?",
                       FormatError);
  CHECK(!of_wide.kept().taken());
  CHECK(of_wide.state().epoch == 0);
}
