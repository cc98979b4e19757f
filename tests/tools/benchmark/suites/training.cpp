#include <doctest/doctest.h>

#include <algorithm>
#include <tools/benchmark/suites/training.hpp>

using namespace ebb::tools::benchmark;

TEST_CASE("bench training: both ways have the same losses") {
  for (const Model model : {Model::ae, Model::vae}) {
    Training training(model);
    BareTraining bare(training, 20);
    ebb::Random random{2};
    for (int i = 0; i < 3; ++i) {
      const ebb::Tensor images = ebb::rand({20, pixels}, random);
      CHECK(training.step(images) ==
            doctest::Approx(bare.step(images.data<float>(), 20)).epsilon(1e-5));
    }
  }
}

TEST_CASE("bench training: an epoch takes every image once, the short last batch too") {
  const ebb::nn::ImageDataset images = dense_images(90);
  Training training(Model::ae);
  BareTraining bare(training, 40);
  const ebb::nn::Loader loader(images, {.batch_size = 40});
  // Noise is as hard in any order; both begin from one set of weights.
  double before = 1, bare_before = 1;
  for (int epoch = 0; epoch < 3; ++epoch) {
    const double loss = training.epoch(loader), bare_loss = bare.epoch(images);
    CHECK(loss == doctest::Approx(bare_loss).epsilon(0.02));
    CHECK(loss < before);
    CHECK(bare_loss < bare_before);
    before = loss, bare_before = bare_loss;
  }
}

TEST_CASE("bench training: what a step needs, counted from the model's shape") {
  for (const Model model : {Model::ae, Model::vae}) {
    Training training(model);
    CHECK(parameters_of(model) == ebb::nn::count_parameters(training.model()));
  }
  CHECK(flop_of(Model::ae, 3) == 3 * 10 * 784 * 256);
  CHECK(flop_of(Model::vae, 1) == 6 * (2 * 784 * 400 + 400 * 40 + 20 * 400) - 2 * 784 * 400);
  CHECK(activations_of(Model::ae, 2) == 2 * (784 + 256 + 784));
  CHECK(activations_of(Model::vae, 1) == 784 + 400 + 40 + 20 + 400 + 784);
}

TEST_CASE("bench training: noise has no more zeros than chance allows") {
  const ebb::nn::ImageDataset images = dense_images(10);
  const auto bytes = images.pixels();
  CHECK(std::count(bytes.begin(), bytes.end(), 0) < 80);  // 31 on average
  CHECK(std::count(bytes.begin(), bytes.end(), 255) > 5);
}
