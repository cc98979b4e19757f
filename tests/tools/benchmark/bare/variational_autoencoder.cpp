#include <doctest/doctest.h>

#include <autograd/gradients.hpp>
#include <models/variational_autoencoder.hpp>
#include <nn/optimizers/adam.hpp>
#include <tests/tools/benchmark/bare/compare.hpp>
#include <tools/benchmark/bare/steps.hpp>

using namespace ebb::tools::benchmark;
using namespace ebb;

TEST_CASE("bare variational autoencoder: losses and weights are those of the module and the tape") {
  for (const std::int64_t batch : {1, 5, 64}) {
    models::VariationalAutoencoder model{{.input = 300, .hidden = {50}, .latent = 7}};
    nn::initialize(model, {.seed = 3});
    const auto by_hand = bare::by_hand(model, batch);
    check_alike(model, by_hand->layers(), {1, 2, 1, 1}, 0);
    by_hand->noise = {5};
    nn::Adam adam{model};
    Random random{4}, noise{5};
    for (const std::int64_t n : {batch, (batch + 1) / 2, batch}) {
      const Tensor images = rand({n, 300}, random);
      nn::Pass pass{noise, true};
      const models::VariationalLoss terms = model.loss(images, pass);
      adam.step(backward(terms.loss));
      CHECK(by_hand->step(images) == doctest::Approx(terms.loss.item()).epsilon(1e-5));
      CHECK(by_hand->noise.position == noise.position);
    }
    check_alike(model, by_hand->layers(), {1, 2, 1, 1}, 2e-5);
  }
}
