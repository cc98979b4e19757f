#include <nn/checkpoint.hpp>
#include <nn/optimizers/adagrad.hpp>
#include <nn/optimizers/adam.hpp>
#include <nn/optimizers/adamw.hpp>
#include <nn/optimizers/rmsprop.hpp>
#include <nn/optimizers/sgd.hpp>
#include <nn/optimizers/states.hpp>
#include <tests/nn/optimizers/steps.hpp>
#include <tests/run.hpp>
#include <tests/support.hpp>

using namespace ebb;

namespace {

// Three steps, and the same with a new model and a new optimizer, from files, after the second.
template <class Optimizer, class Options>
void stop_and_go_on(const Options& options) {
  for (const DType dtype : {DType::float32, DType::float64})
    for (const bool transposed : {false, true}) {
      const TemporaryFolder folder;
      const std::string weights = folder.path() / "model", states = folder.path() / "states",
                        averages = folder.path() / "average";
      Weights model(21, transposed), other(21, transposed);
      nn::initialize(model, {.dtype = dtype});
      nn::initialize(other, {.seed = 9, .dtype = dtype});
      Optimizer optimizer(model, options), again(other, options);
      nn::Average average(model), average_again(other);
      const auto step = [](Weights& w, nn::Optimizer& o, nn::Average& a) {
        o.step(backward(w.loss()));
        a.update();
      };
      for (int i = 0; i < 2; ++i) step(model, optimizer, average);
      save(model, weights), save(optimizer, states), save(average, averages);
      step(model, optimizer, average);
      load(other, weights), load(again, states), load(average_again, averages);
      CHECK(again.steps() == 2);
      CHECK(average_again.updates() == 2);
      step(other, again, average_again);
      CHECK(same_bits(other.w.value(), model.w.value()));
      CHECK(same_bits(average_again.state().numbers[0], average.state().numbers[0]));
    }
}

// What load says of a file of these tensors; nothing has changed then.
std::string refusal(nn::Optimizer& optimizer, const nn::NamedTensors& tensors) {
  const nn::OptimizerState before = optimizer.state();
  const std::string said = message_of([&] { nn::from_tensors(optimizer, tensors); });
  const nn::OptimizerState after = optimizer.state();
  CHECK(after.steps == before.steps);
  for (std::size_t i = 0; i < before.numbers.size(); ++i)
    CHECK(same_bits(after.numbers[i], before.numbers[i]));
  return said;
}

}  // namespace

TEST_CASE("states: training goes on from a file with the same bits") {
  stop_and_go_on<nn::SGD>(nn::SGDOptions{.learning_rate = 0.1, .momentum = 0.9});
  stop_and_go_on<nn::SGD>(nn::SGDOptions{});
  stop_and_go_on<nn::Adam>(nn::AdamOptions{.learning_rate = 0.1});
  stop_and_go_on<nn::AdamW>(nn::AdamWOptions{.learning_rate = 0.1});
  stop_and_go_on<nn::Adagrad>(nn::AdagradOptions{.learning_rate_decay = 0.1});
  stop_and_go_on<nn::RMSprop>(nn::RMSpropOptions{.momentum = 0.5, .centered = true});
}

TEST_CASE("states: training goes on from one file with the same bits") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "run.safetensors";
  Weights model(21), other(21);
  nn::initialize(model);
  nn::initialize(other, {.seed = 9});
  nn::AdamW adamw{model}, again{other};
  for (int i = 0; i < 2; ++i) adamw.step(backward(model.loss()));
  save(model, adamw, path);
  adamw.step(backward(model.loss()));
  load(other, again, path);
  CHECK(again.steps() == 2);
  again.step(backward(other.loss()));
  CHECK(same_bits(other.w.value(), model.w.value()));

  std::vector<std::string> names;
  for (const auto& [name, tensor] : nn::read_safetensors(path)) names.push_back(name);
  CHECK(names ==
        std::vector<std::string>{"adamw.steps", "w.first_moment", "w.second_moment", "model.w"});
  Weights weights_alone(21);
  nn::load(weights_alone, path, {.prefix = "model."});
  load(other, path, {.prefix = "model."});
  CHECK(same_bits(weights_alone.w.value(), other.w.value()));
}

TEST_CASE("states: a file whose model or optimizer does not fit changes neither") {
  const TemporaryFolder folder;
  const std::string both = folder.path() / "both", only_adam = folder.path() / "only";
  Weights model(3), other(3);
  nn::initialize(model);
  nn::initialize(other, {.seed = 9});
  nn::Adam adam{model}, unmoved{other};
  nn::SGD sgd{other};
  adam.step(backward(model.loss()));
  save(model, adam, both), save(adam, only_adam);
  const Tensor before = clone(other.w.value());
  CHECK(message_of([&] { load(other, sgd, both); }).find("holds adam.steps and no sgd.steps") !=
        std::string::npos);
  CHECK(message_of([&] { load(other, unmoved, only_adam); }).find("begins with 'model.'") !=
        std::string::npos);
  CHECK(same_bits(other.w.value(), before));
  CHECK(unmoved.steps() == 0);
  CHECK_THROWS_AS(load(other, unmoved, "/nowhere/at/all"), IoError);
}

TEST_CASE("states: the names say which parameter, and what of it") {
  Weights model(2);
  nn::initialize(model);
  nn::Adam adam{model};
  adam.step(backward(model.loss()));
  std::vector<std::string> names;
  for (const auto& [name, tensor] : to_tensors(adam)) names.push_back(name);
  CHECK(names == std::vector<std::string>{"adam.steps", "w.first_moment", "w.second_moment"});
  CHECK(to_tensors(adam)[0].second.item() == 1);
  nn::Average average(model);
  nn::NamedTensors all = to_tensors(adam);  // one list for both
  for (const auto& entry : to_tensors(average)) all.push_back(entry);
  CHECK(all.back().first == "w.average");
  nn::from_tensors(average, all);
  nn::from_tensors(adam, all);
}

TEST_CASE("states: of two models whose parameters have the same names") {
  Weights one(3), two(3);
  nn::initialize(one, {.seed = 1});
  nn::initialize(two, {.seed = 2});
  nn::Parameters both = nn::parameters(one);
  both += two;
  nn::Adam adam{both}, again{both};
  adam.step(backward(one.loss() + 3 * two.loss()));
  const TemporaryFolder folder;
  const std::string path = folder.path() / "states";
  save(adam, path);
  load(again, path);
  const nn::OptimizerState before = adam.state(), after = again.state();
  for (std::size_t i = 0; i < before.numbers.size(); ++i)
    CHECK(same_bits(after.numbers[i], before.numbers[i]));
  CHECK_FALSE(same_bits(before.numbers[0], before.numbers[2]));
}

TEST_CASE("states: what does not fit is refused, and nothing has changed") {
  Weights three(3), four(4);
  nn::initialize(three);
  nn::initialize(four);
  nn::Adam adam{three}, other{four};
  nn::SGD sgd{three, {.momentum = 0.5}};
  adam.step(backward(three.loss()));
  CHECK(refusal(adam, to_tensors(sgd)) ==
        "load: the list of tensors holds sgd.steps and no adam.steps; try the optimizer that it "
        "was saved from");
  CHECK(refusal(adam, {}) ==
        "load: the list of tensors has no adam.steps; try a file that save(optimizer, path) wrote");
  CHECK(refusal(adam, to_tensors(other)) ==
        "load: the list of tensors: w.first_moment is [4] float32 in it and [3] float32 in adam; "
        "make model and optimizer with the options of those saved");
  nn::NamedTensors tensors = to_tensors(adam);
  tensors.pop_back();
  CHECK(refusal(adam, tensors) ==
        "load: the list of tensors lacks w.second_moment [3]; make model and optimizer with the "
        "options of those saved");
  for (const double count : {-1.0, 0.5, double(NAN), 1e300}) {
    tensors = to_tensors(adam);
    tensors[0].second = full({}, count, DType::float64);
    CHECK(refusal(adam, tensors) == text("load: the list of tensors: adam.steps [] is ", count,
                                         "; it must be one whole number"));
  }
  CHECK_THROWS_AS(nn::load(adam, "/nowhere/at/all"), IoError);
  const TemporaryFolder folder;
  save(sgd, folder.path() / "sgd");
  CHECK(message_of([&] { nn::load(adam, folder.path() / "sgd"); }).find("holds sgd.steps") !=
        std::string::npos);
}
