// Covers: tools/benchmark/bare/steps.cpp
#include <doctest/doctest.h>

#include <autograd/gradients.hpp>
#include <models/autoencoder.hpp>
#include <nn/optimizers/adam.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/random.hpp>
#include <tests/tools/benchmark/bare/compare.hpp>
#include <tools/benchmark/bare/steps.hpp>

using namespace ebb::tools::benchmark;
using namespace ebb;

TEST_CASE("bare autoencoder: losses and weights are those of the module and the tape") {
  // Batches around a vector's width, one above what a thread takes alone, and shorter ones between.
  for (const std::int64_t batch : {1, 5, 64}) {
    models::Autoencoder model{{.input = 300, .latent = 40}};
    nn::initialize(model, {.seed = 3});
    const auto by_hand = bare::by_hand(model, batch);
    check_alike(model, by_hand->layers(), {1, 1}, 0);
    nn::Adam adam{model};
    Random random{4};
    for (const std::int64_t n : {batch, (batch + 1) / 2, batch}) {
      const Tensor images = rand({n, 300}, random);
      const Variable loss = model.loss(images);
      adam.step(backward(loss));
      CHECK(by_hand->step(images) == doctest::Approx(loss.item()).epsilon(1e-5));
    }
    check_alike(model, by_hand->layers(), {1, 1}, 2e-5);
  }
}

TEST_CASE("bare autoencoder: the number of threads changes nothing but the last bits of sums") {
  const int before = threads();
  models::Autoencoder model;
  nn::initialize(model);
  Random random{5};
  const Tensor images = rand({32, 784}, random);
  double losses[2];
  for (const int count : {1, 3}) {
    set_threads(count);
    const auto by_hand = bare::by_hand(model, 32);
    by_hand->step(images);
    losses[count / 2] = by_hand->step(images);
  }
  set_threads(before);
  CHECK(losses[0] == doctest::Approx(losses[1]).epsilon(1e-6));
}

TEST_CASE("bare autoencoder: a model of another form is refused") {
  models::Autoencoder model{{.input = 9, .hidden = {5}, .latent = 2}};
  nn::initialize(model);
  CHECK_THROWS_WITH_AS(bare::by_hand(model, 4),
                       "bare: a model of 8 parameters; the step by hand has 4, try the model's "
                       "default options",
                       Error);
}
