#include <doctest/doctest.h>

#include <autograd/gradients.hpp>
#include <models/autoencoder.hpp>
#include <models/variational_autoencoder.hpp>
#include <nn/checkpoint.hpp>
#include <nn/data/idx.hpp>
#include <nn/data/loader.hpp>
#include <nn/optimizers/adam.hpp>
#include <nn/optimizers/sgd.hpp>
#include <tests/support.hpp>
#include <tests/tools/program.hpp>
#include <tools/training/trainer.hpp>

using namespace ebb::tools;

using namespace ebb;
using Json = nlohmann::ordered_json;

namespace {

nn::ImageSplits images(const TemporaryFolder& place) {
  const std::filesystem::path folder = place.path() / "data";
  write_image_set(folder);
  return nn::load_mnist(folder);
}

TrainOptions quick(const char* model) {
  TrainOptions options;
  options.model = model;
  options.epochs = 2;
  options.batch_size = 32;  // of 70: the last batch of an epoch is short
  options.hidden = {9};
  options.latent = 3;
  options.seed = 11;
  options.learning_rate = 0.01;
  options.quiet = true;
  return options;
}

std::vector<Json> metrics_of(const RunFolder& folder) {
  std::vector<Json> lines;
  for (const std::string& line : lines_of(read_file(folder.path("metrics.jsonl"))))
    lines.push_back(Json::parse(line));
  return lines;
}

std::string bytes_of(const nn::Module& model, const TemporaryFolder& place) {
  const std::string path = place.path() / "expected.safetensors";
  nn::save(model, path);
  return read_file(path);
}

}  // namespace

TEST_CASE("trainer: an autoencoder takes the steps of a plain loop") {
  const TemporaryFolder place;
  const nn::ImageSplits data = images(place);
  const TrainOptions options = quick("ae");
  const RunFolder folder(place.path() / "run", "ae");
  train(options, data, folder);

  models::Autoencoder model({.input = 36, .hidden = {9}, .latent = 3});
  nn::initialize(model, {.seed = 11});
  nn::Adam adam{model, {.learning_rate = 0.01}};
  const nn::Loader loader(data.train, {.batch_size = 32, .seed = 11});
  const std::vector<Json> metrics = metrics_of(folder);
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
    const nn::Loader test(data.test, {.batch_size = 20, .shuffle = false});
    CHECK(line["test_loss"].get<double>() ==
          doctest::Approx(model.loss(test.epoch(0).batch(0).inputs).item()).epsilon(1e-6));
    CHECK(line["seconds"].get<double>() > 0);
    CHECK(line["images_per_second"].get<double>() * line["seconds"].get<double>() ==
          doctest::Approx(70));
  }
  CHECK(read_file(folder.path("model.safetensors")) == bytes_of(model, place));
  CHECK(metrics[1]["train_loss"] < metrics[0]["train_loss"]);
}

TEST_CASE("trainer: a variational autoencoder draws its noise from two streams of the seed") {
  const TemporaryFolder place;
  const nn::ImageSplits data = images(place);
  TrainOptions options = quick("vae");
  options.beta = 0.5;
  options.optimizer = "sgd";
  options.learning_rate = 0.001;
  const RunFolder folder(place.path() / "run", "vae");
  train(options, data, folder);

  models::VariationalAutoencoder model({.input = 36, .hidden = {9}, .latent = 3, .beta = 0.5});
  nn::initialize(model, {.seed = 11});
  nn::SGD sgd{model, {.learning_rate = 0.001}};
  const nn::Loader loader(data.train, {.batch_size = 32, .seed = 11});
  Random noise = Random{11}.fork("noise");
  const std::vector<Json> metrics = metrics_of(folder);
  REQUIRE(metrics.size() == 2);
  for (int epoch = 0; epoch < 2; ++epoch) {
    double sum = 0;
    for (const nn::Batch& batch : loader.epoch(epoch)) {
      const Variable loss = model.loss(batch.inputs, noise).loss;
      sum += loss.item() * static_cast<double>(batch.inputs.size(0));
      sgd.step(backward(loss));
    }
    const Json& line = metrics[static_cast<std::size_t>(epoch)];
    CHECK(line["train_loss"] == sum / 70);
    CHECK(line["train_reconstruction"].get<double>() + 0.5 * line["train_kl"].get<double>() ==
          doctest::Approx(sum / 70).epsilon(1e-6));
    Random looking = Random{11}.fork("evaluation noise");
    const nn::Loader test(data.test, {.batch_size = 20, .shuffle = false});
    CHECK(line["test_loss"].get<double>() ==
          doctest::Approx(model.loss(test.epoch(0).batch(0).inputs, looking).loss.item())
              .epsilon(1e-6));
  }
  CHECK(read_file(folder.path("model.safetensors")) == bytes_of(model, place));
}

TEST_CASE("trainer: where an update overflows, it is named and the weights before it are kept") {
  const TemporaryFolder place;
  const nn::ImageSplits data = images(place);
  TrainOptions options = quick("vae");
  options.optimizer = "sgd";
  options.learning_rate = 1e300;  // more than a float holds
  const RunFolder folder(place.path() / "run", "vae");
  CHECK_THROWS_WITH_AS(train(options, data, folder),
                       "diverged in step 1: sgd: the first NaN or infinity is in its update of "
                       "encoder.hidden.0.weight; try a smaller --lr",
                       Diverged);
  models::VariationalAutoencoder model({.input = 36, .hidden = {9}, .latent = 3});
  nn::initialize(model, {.seed = 11});
  CHECK(read_file(folder.path("model.safetensors")) == bytes_of(model, place));
  CHECK(metrics_of(folder).empty());
}

TEST_CASE("trainer: after a divergence the weights are those of the last finite step") {
  const TemporaryFolder place;
  const nn::ImageSplits data = images(place);
  TrainOptions options = quick("vae");
  options.learning_rate = 1e30;
  const RunFolder folder(place.path() / "run", "vae");
  CHECK_THROWS_WITH_AS(train(options, data, folder),
                       "diverged in step 2: linear: the first NaN or infinity is in its result "
                       "[32, 3] of [32, 9] and [3, 9] and [3]; in encoder.mean; try a smaller --lr",
                       Diverged);
  models::VariationalAutoencoder model({.input = 36, .hidden = {9}, .latent = 3});
  nn::initialize(model, {.seed = 11});
  nn::Adam adam{model, {.learning_rate = 1e30}};
  Random noise = Random{11}.fork("noise");
  const nn::Batch batch = nn::Loader(data.train, {.batch_size = 32, .seed = 11}).epoch(0).batch(0);
  const Variable loss = model.loss(batch.inputs, noise).loss;
  adam.step(backward(loss));
  CHECK(read_file(folder.path("model.safetensors")) == bytes_of(model, place));
  const std::vector<Json> metrics = metrics_of(folder);
  REQUIRE(metrics.size() == 1);
  CHECK(metrics[0]["step"] == 1);
  CHECK(metrics[0]["train_loss"] == loss.item());
  CHECK(metrics[0]["test_loss"].is_null());
}

TEST_CASE("trainer: a loss that is not finite on the test images alone is a divergence, too") {
  const TemporaryFolder place;
  const nn::ImageSplits data = images(place);
  TrainOptions options = quick("vae");
  options.learning_rate = 1e30;
  options.batch_size = 100;  // one step an epoch
  options.epochs = 1;
  const RunFolder folder(place.path() / "run", "vae");
  CHECK_THROWS_WITH_AS(train(options, data, folder),
                       "diverged after step 1, on the test images: linear: the first NaN or "
                       "infinity is in its result [20, 3]; in "
                       "encoder.mean; try a smaller --lr",
                       Diverged);
  CHECK(metrics_of(folder).size() == 1);
}

TEST_CASE("trainer: snapshots on the way change nothing") {
  const TemporaryFolder place;
  const nn::ImageSplits data = images(place);
  TrainOptions options = quick("ae");
  options.batch_size = 1;
  options.epochs = 15;  // 1,050 steps, with two snapshots within epochs
  options.hidden = {};
  const RunFolder folder(place.path() / "run", "ae");
  train(options, data, folder);
  models::Autoencoder model({.input = 36, .latent = 3});
  nn::initialize(model, {.seed = 11});
  nn::Adam adam{model, {.learning_rate = 0.01}};
  const nn::Loader loader(data.train, {.batch_size = 1, .seed = 11});
  for (int epoch = 0; epoch < 15; ++epoch)
    for (const nn::Batch& batch : loader.epoch(epoch))
      adam.step(backward(model.loss(batch.inputs)));
  CHECK(read_file(folder.path("model.safetensors")) == bytes_of(model, place));
}
