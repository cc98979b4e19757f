#include <doctest/doctest.h>

#include <algorithm>
#include <tools/benchmark/suites/training.hpp>

using namespace ebb::tools::benchmark;

TEST_CASE("bench training: both ways have the same losses") {
  for (const Model model : {Model::ae, Model::vae}) {
    Training training(model);
    const auto bare = bare::by_hand(training.model(), 20);
    ebb::Random random{2};
    for (int i = 0; i < 3; ++i) {
      const ebb::Tensor images = ebb::rand({20, pixels}, random);
      CHECK(training.step(images) == doctest::Approx(bare->step(images)).epsilon(1e-5));
    }
  }
}

TEST_CASE("bench training: an epoch takes every image once, the short last batch too") {
  const ebb::nn::ImageDataset images = dense_images(90);
  Training training(Model::ae);
  const auto bare = bare::by_hand(training.model(), 40);
  const ebb::nn::Loader loader(images, {.batch_size = 40});
  // Both begin from one set of weights and see the same batches.
  double before = 1, bare_before = 1;
  for (int epoch = 0; epoch < 3; ++epoch) {
    const double loss = run_epoch(training, loader, epoch);
    const double bare_loss = run_epoch(*bare, loader, epoch);
    CHECK(loss == doctest::Approx(bare_loss).epsilon(1e-4));
    CHECK(loss < before);
    CHECK(bare_loss < bare_before);
    before = loss, bare_before = bare_loss;
  }
}

TEST_CASE("bench training: what a step needs, counted from the model's shape") {
  for (const Model model : {Model::ae, Model::vae}) {
    Training training(model);
    CHECK(needs_of(model).parameters == ebb::nn::count_parameters(training.model()));
  }
  CHECK(needs_of(Model::ae).flop == 10 * 784 * 256);
  CHECK(needs_of(Model::vae).flop == 6 * (2 * 784 * 400 + 400 * 40 + 20 * 400) - 2 * 784 * 400);
  CHECK(needs_of(Model::ae).activations == 784 + 256 + 784);
  CHECK(needs_of(Model::vae).activations == 784 + 400 + 40 + 20 + 400 + 784);
}

TEST_CASE("bench training: noise has no more zeros than chance allows") {
  const ebb::nn::ImageDataset images = dense_images(10);
  const auto bytes = images.pixels();
  CHECK(std::count(bytes.begin(), bytes.end(), 0) < 80);  // 31 on average
  CHECK(std::count(bytes.begin(), bytes.end(), 255) > 5);
}
