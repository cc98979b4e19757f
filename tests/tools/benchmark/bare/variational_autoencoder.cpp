#include <doctest/doctest.h>

#include <autograd/gradients.hpp>
#include <nn/optimizers/adam.hpp>
#include <tests/tools/benchmark/bare/compare.hpp>
#include <tools/benchmark/bare/variational_autoencoder.hpp>

using namespace ebb::tools::benchmark;

using namespace ebb;

TEST_CASE("bare variational autoencoder: losses and weights are those of the module and the tape") {
  for (const std::int64_t batch : {1, 5, 64}) {
    models::VariationalAutoencoder model{{.input = 300, .hidden = {50}, .latent = 7}};
    nn::initialize(model, {.seed = 3});
    bare::VariationalAutoencoder by_hand(model, batch);
    check_alike(model, by_hand.parameters(), 0);
    nn::Adam adam{model};
    Random random{4}, noise{5}, noise_by_hand{5};
    for (const std::int64_t n : {batch, (batch + 1) / 2, batch}) {
      const Tensor images = rand({n, 300}, random);
      const models::VariationalLoss terms = model.loss(images, noise);
      adam.step(backward(terms.loss));
      CHECK(by_hand.step(images.data<float>(), n, noise_by_hand) ==
            doctest::Approx(terms.loss.item()).epsilon(1e-5));
      CHECK(noise_by_hand.position == noise.position);
    }
    check_alike(model, by_hand.parameters(), 2e-5);
  }
}
