// Covers: tools/training/steps.cpp, tools/training/run.hpp
#include <doctest/doctest.h>

#include <autograd/gradients.hpp>
#include <models/autoencoder.hpp>
#include <models/variational_autoencoder.hpp>
#include <nn/checkpoint.hpp>
#include <nn/data/loader.hpp>
#include <nn/optimizers/adam.hpp>
#include <nn/optimizers/sgd.hpp>
#include <tests/tools/training/small_run.hpp>

using namespace ebb::tools;

using namespace ebb;
using Json = nlohmann::ordered_json;

namespace {

std::string bytes_of(const nn::Module& model, const SmallRun& small) {
  const std::string path = small.place.path() / "expected.safetensors";
  nn::save(model, path);
  return read_file(path);
}

}  // namespace

TEST_CASE("trainer: an autoencoder takes the steps of a plain loop") {
  SmallRun small("ae");
  train(small);

  models::Autoencoder model({.input = 36, .hidden = {9}, .latent = 3});
  nn::initialize(model, {.seed = 11});
  nn::Adam adam{model, {.learning_rate = 0.01}};
  const nn::Loader loader(small.images.train, {.batch_size = 32, .seed = 11});
  const std::vector<Json> metrics = metrics_of(small);
  REQUIRE(metrics.size() == 2);
  for (int epoch = 0; epoch < 2; ++epoch) {
    double sum = 0;
    for (const nn::Batch& batch : loader.epoch(epoch)) {
      const Variable loss = model.loss(batch.inputs);
      sum += loss.item() * static_cast<double>(batch.inputs.size(0));
      adam.step(backward(loss));
    }
    const Json& line = metrics[static_cast<std::size_t>(epoch)];
    CHECK(line["epoch"] == epoch + 1);
    CHECK(line["step"] == 3 * (epoch + 1));
    CHECK(line["train_loss"] == sum / 70);
    const nn::Loader test(small.images.test, {.batch_size = 20, .shuffle = false});
    CHECK(line["test_loss"].get<double>() ==
          doctest::Approx(model.loss(test.epoch(0).batch(0).inputs).item()).epsilon(1e-6));
    CHECK(line["seconds"].get<double>() > 0);
    CHECK(line["images_per_second"].get<double>() * line["seconds"].get<double>() ==
          doctest::Approx(70));
  }
  CHECK(weights_of(small) == bytes_of(model, small));
  CHECK(metrics[1]["train_loss"] < metrics[0]["train_loss"]);
}

TEST_CASE("trainer: a variational autoencoder draws its noise from two streams of the seed") {
  SmallRun small("vae", 0.5);
  TrainOptions& options = small.options;
  options.optimizer = "sgd";
  options.learning_rate = 0.001;
  train(small);

  models::VariationalAutoencoder model({.input = 36, .hidden = {9}, .latent = 3, .beta = 0.5});
  nn::initialize(model, {.seed = 11});
  nn::SGD sgd{model, {.learning_rate = 0.001}};
  const nn::Loader loader(small.images.train, {.batch_size = 32, .seed = 11});
  Random noise = Random{11}.fork("noise");
  nn::Pass pass{noise, true};
  const std::vector<Json> metrics = metrics_of(small);
  REQUIRE(metrics.size() == 2);
  for (int epoch = 0; epoch < 2; ++epoch) {
    double sum = 0;
    for (const nn::Batch& batch : loader.epoch(epoch)) {
      const Variable loss = model.loss(batch.inputs, pass).loss;
      sum += loss.item() * static_cast<double>(batch.inputs.size(0));
      sgd.step(backward(loss));
    }
    const Json& line = metrics[static_cast<std::size_t>(epoch)];
    CHECK(line["train_loss"] == sum / 70);
    CHECK(line["train_reconstruction"].get<double>() + 0.5 * line["train_kl"].get<double>() ==
          doctest::Approx(sum / 70).epsilon(1e-6));
    Random looking = Random{11}.fork("evaluation noise");
    nn::Pass evaluation{looking};
    const nn::Loader test(small.images.test, {.batch_size = 20, .shuffle = false});
    CHECK(line["test_loss"].get<double>() ==
          doctest::Approx(model.loss(test.epoch(0).batch(0).inputs, evaluation).loss.item())
              .epsilon(1e-6));
  }
  CHECK(weights_of(small) == bytes_of(model, small));
}

TEST_CASE("trainer: where an update overflows, it is named and the weights before it are kept") {
  SmallRun small("vae");
  TrainOptions& options = small.options;
  options.optimizer = "sgd";
  options.learning_rate = 1e300;  // more than a float holds
  CHECK_THROWS_WITH_AS(train(small),
                       "diverged in step 1: the first NaN or infinity is in the update of "
                       "encoder.hidden.0.weight; try a smaller --lr",
                       Diverged);
  models::VariationalAutoencoder model({.input = 36, .hidden = {9}, .latent = 3});
  nn::initialize(model, {.seed = 11});
  CHECK(weights_of(small) == bytes_of(model, small));
  CHECK(metrics_of(small).empty());
}

TEST_CASE("trainer: after a divergence the weights are those of the last finite step") {
  SmallRun small("vae");
  TrainOptions& options = small.options;
  options.learning_rate = 1e30;
  CHECK_THROWS_WITH_AS(train(small),
                       "diverged in step 2: linear: the first NaN or infinity is in its result "
                       "[32, 3] of [32, 9] and [3, 9] and [3]; in encoder.mean; try a smaller --lr",
                       Diverged);
  models::VariationalAutoencoder model({.input = 36, .hidden = {9}, .latent = 3});
  nn::initialize(model, {.seed = 11});
  nn::Adam adam{model, {.learning_rate = 1e30}};
  Random noise = Random{11}.fork("noise");
  nn::Pass pass{noise, true};
  const nn::Batch batch =
      nn::Loader(small.images.train, {.batch_size = 32, .seed = 11}).epoch(0).batch(0);
  const Variable loss = model.loss(batch.inputs, pass).loss;
  adam.step(backward(loss));
  CHECK(weights_of(small) == bytes_of(model, small));
  const std::vector<Json> metrics = metrics_of(small);
  REQUIRE(metrics.size() == 1);
  CHECK(metrics[0]["step"] == 1);
  CHECK(metrics[0]["train_loss"] == loss.item());
  CHECK(metrics[0]["test_loss"].is_null());
}

TEST_CASE("trainer: a loss that is not finite on the test images alone is a divergence, too") {
  SmallRun small("vae");
  TrainOptions& options = small.options;
  options.learning_rate = 1e30;
  options.batch_size = 100;  // one step an epoch
  options.epochs = 1;
  CHECK_THROWS_WITH_AS(train(small),
                       "diverged after step 1, on the test examples: linear: the first NaN or "
                       "infinity is in its result [20, 3]; in "
                       "encoder.mean; try a smaller --lr",
                       Diverged);
  CHECK(metrics_of(small).size() == 1);
}

TEST_CASE("trainer: snapshots on the way change nothing") {
  SmallRun small("ae");
  TrainOptions& options = small.options;
  options.batch_size = 1;
  options.epochs = 15;  // 1,050 steps, with two snapshots within epochs
  train(small);
  models::Autoencoder model({.input = 36, .hidden = {9}, .latent = 3});
  nn::initialize(model, {.seed = 11});
  nn::Adam adam{model, {.learning_rate = 0.01}};
  const nn::Loader loader(small.images.train, {.batch_size = 1, .seed = 11});
  for (int epoch = 0; epoch < 15; ++epoch)
    for (const nn::Batch& batch : loader.epoch(epoch))
      adam.step(backward(model.loss(batch.inputs)));
  CHECK(weights_of(small) == bytes_of(model, small));
}
