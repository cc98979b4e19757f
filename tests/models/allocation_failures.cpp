// Covers: autograd/walk.cpp, nn/optimizers/optimizer.cpp, nn/checkpoint.cpp
// Memory may run out anywhere in a training step, in load and in save: each throws then, nothing
// has changed, and all goes on with the same bits.
#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/gradients.hpp>
#include <autograd/reduce.hpp>
#include <models/autoencoder.hpp>
#include <models/variational_autoencoder.hpp>
#include <nn/checkpoint.hpp>
#include <nn/optimizers/adam.hpp>
#include <nn/parts.hpp>
#include <tests/failing_new.hpp>
#include <tests/support.hpp>

using namespace ebb;
using models::Autoencoder, models::VariationalAutoencoder;

namespace {

VariationalAutoencoder small_vae() {
  return VariationalAutoencoder({.input = 20, .hidden = {12}, .latent = 3});
}
Autoencoder small_ae() { return Autoencoder({.input = 20, .hidden = {12}, .latent = 3}); }

std::vector<float> numbers_of(const nn::Module& model) {
  std::vector<float> all;
  for (const auto& [name, part] : nn::Parts(model).parameters)
    for (const float number : part->value().to_vector<float>()) all.push_back(number);
  return all;
}
std::vector<float> numbers_of(const nn::OptimizerState& state) {
  std::vector<float> all = {static_cast<float>(state.steps)};
  for (const Tensor& numbers : state.numbers)
    for (const float number : numbers.to_vector<float>()) all.push_back(number);
  return all;
}

// A model in training whose steps can be taken back.
template <class Model>
struct Training {
  explicit Training(const Model& untrained) : model(untrained) {
    nn::initialize(model, {.seed = 1});
    adam = std::make_unique<nn::Adam>(model);
    step();
  }

  void step() {
    Random random = noise;
    nn::Pass pass{random, true};
    if constexpr (std::is_same_v<Model, Autoencoder>)
      adam->step(backward(model.loss(images)));
    else
      adam->step(backward(model.loss(images, pass).loss));
  }

  struct Moment {
    std::vector<Tensor> weights;
    nn::OptimizerState state;
  };
  Moment now() const {
    Moment moment = {{}, adam->state()};
    for (const auto& [name, part] : nn::Parts(model).parameters)
      moment.weights.push_back(clone(part->value()));
    return moment;
  }
  void go_back(const Moment& moment) {
    auto weights = moment.weights.begin();
    for (const auto& [name, part] : nn::Parts(model).parameters) part->set(*weights++);
    adam->restore(moment.state);
  }
  std::vector<float> numbers() const {
    std::vector<float> all = numbers_of(model);
    for (const float number : numbers_of(adam->state())) all.push_back(number);
    return all;
  }

  Model model;
  Random noise{3};
  Tensor images = rand({6, 20}, noise);
  std::unique_ptr<nn::Adam> adam;
};

template <class Model>
void fail_in_every_place_of_a_step(const Model& untrained) {
  Training<Model> training(untrained);
  const auto before = training.now();
  const std::vector<float> old_numbers = training.numbers();
  training.step();
  const std::vector<float> new_numbers = training.numbers();
  training.go_back(before);
  REQUIRE(training.numbers() == old_numbers);
  REQUIRE(new_numbers != old_numbers);

  int changed = 0, different = 0;
  const int failures =
      run_out_of_memory_everywhere([&] { training.step(); },
                                   [&](bool failed) {
                                     if (failed) {
                                       changed += training.numbers() != old_numbers;
                                       training.step();
                                     }
                                     different += training.numbers() != new_numbers;
                                     training.go_back(before);
                                   });
  CHECK(failures > 80);
  CHECK(changed == 0);
  CHECK(different == 0);
}

}  // namespace

TEST_CASE("out of memory: a step of an autoencoder throws, changes nothing, and can be repeated") {
  fail_in_every_place_of_a_step(small_ae());
}

TEST_CASE("out of memory: a step of a VAE throws, changes nothing, and can be repeated") {
  fail_in_every_place_of_a_step(small_vae());
}

// One graph for all attempts: what a walk has not freed stays whole.
TEST_CASE("out of memory: gradients throws and leaves the graph as it was") {
  const Variable x = leaf(full({3}, 0.5));
  const Variable y = sum(exp(tanh(x) * x) / (x + 1));
  const auto walk = [&] { return gradients(y, {x}, {.create_graph = true})[0]; };
  const std::vector<float> expected = walk().value().to_vector<float>();
  int different = 0;
  const int failures = run_out_of_memory_everywhere(
      [&] { return walk(); },
      [&](bool) { different += walk().value().to_vector<float>() != expected; });
  CHECK(failures > 20);
  CHECK(different == 0);
}

TEST_CASE("out of memory: backward leaves the graph whole, or says that it was spent") {
  const Variable x = leaf(full({3}, 0.5));
  const auto loss_of = [&] { return sum(exp(tanh(x) * x) / (x + 1)); };
  const std::vector<float> expected = backward(loss_of())[x].to_vector<float>();
  Variable loss = loss_of();
  int whole = 0, spent = 0, other = 0;
  run_out_of_memory_everywhere(
      [&] { return backward(loss); },
      [&](bool failed) {
        if (failed) {
          try {
            ++(backward(loss)[x].to_vector<float>() == expected ? whole : other);
          } catch (const Error& error) {
            const std::string words = error.what();
            ++(words.find("was spent by a backward that failed") != std::string::npos ? spent
                                                                                      : other);
          }
        }
        loss = loss_of();
      });
  CHECK(whole > 0);
  CHECK(spent > 0);
  CHECK(other == 0);
}

TEST_CASE("out of memory: save throws and leaves the old file, or the new one, and nothing else") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "model.safetensors";
  VariationalAutoencoder model = small_vae(), other = small_vae();
  nn::initialize(model, {.seed = 1});
  nn::initialize(other, {.seed = 2});
  nn::save(model, path);
  const std::string new_bytes = read_file(path);
  nn::save(other, path);
  const std::string old_bytes = read_file(path);
  int changed = 0, different = 0, left_over = 0;
  const int failures =
      run_out_of_memory_everywhere([&] { nn::save(model, path); },
                                   [&](bool failed) {
                                     if (failed) {
                                       changed += read_file(path) != old_bytes;
                                       nn::save(model, path);
                                     }
                                     different += read_file(path) != new_bytes;
                                     using Folder = std::filesystem::directory_iterator;
                                     left_over += std::distance(Folder(folder.path()), {}) != 1;
                                     nn::save(other, path);
                                   });
  CHECK(failures > 20);
  CHECK(changed == 0);
  CHECK(different == 0);
  CHECK(left_over == 0);
}

// Into a model with numbers, whose leaves an optimizer holds, and into one without.
TEST_CASE("out of memory: load throws, and the model has its old numbers") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "model.safetensors";
  VariationalAutoencoder saved = small_vae(), model = small_vae();
  nn::initialize(saved, {.seed = 1});
  nn::save(saved, path);
  const std::vector<float> new_numbers = numbers_of(saved);
  int changed = 0, different = 0, failures = 0;
  SUBCASE("that it was initialized with") {
    const auto begin = [&] { nn::initialize(model, {.seed = 2}); };
    begin();
    const std::vector<float> old_numbers = numbers_of(model);
    failures = run_out_of_memory_everywhere([&] { nn::load(model, path); },
                                            [&](bool failed) {
                                              if (failed) {
                                                changed += numbers_of(model) != old_numbers;
                                                nn::load(model, path);
                                              }
                                              different += numbers_of(model) != new_numbers;
                                              begin();
                                            });
  }
  SUBCASE("or none") {
    failures = run_out_of_memory_everywhere(
        [&] { nn::load(model, path); },
        [&](bool failed) {
          if (failed) {
            for (const auto& [name, part] : nn::Parts(model).parameters)
              changed += part->has_value();
            nn::load(model, path);
          }
          different += numbers_of(model) != new_numbers;
          model = small_vae();
        });
  }
  CHECK(failures > 50);
  CHECK(changed == 0);
  CHECK(different == 0);
}
