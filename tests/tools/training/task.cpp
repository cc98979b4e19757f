#include <doctest/doctest.h>

#include <cmath>
#include <models/autoencoder.hpp>
#include <models/variational_autoencoder.hpp>
#include <tensor/random.hpp>
#include <tools/training/task.hpp>

using namespace ebb::tools;

using namespace ebb;
using Json = nlohmann::ordered_json;

namespace {

TrainOptions small(const char* model) {
  TrainOptions options;
  options.model = model;
  options.hidden = {5};
  options.latent = 3;
  options.beta = 0.5;
  return options;
}

std::vector<std::string> keys(const Json& object) {
  std::vector<std::string> names;
  for (const auto& entry : object.items()) names.push_back(entry.key());
  return names;
}

}  // namespace

TEST_CASE("task: the autoencoder's tally is its loss, weighted by images") {
  const std::unique_ptr<Task> task = make_task(small("ae"), 8);
  nn::initialize(task->model(), {.seed = 3});
  models::Autoencoder twin({.input = 8, .hidden = {5}, .latent = 3});
  nn::initialize(twin, {.seed = 3});
  Random random{1}, noise{2};
  const Tensor three = rand({3, 8}, random), one = rand({1, 8}, random);
  Tally tally;
  CHECK(task->loss(three, noise, tally).item() == twin.loss(three).item());
  static_cast<void>(task->loss(one, noise, tally));
  CHECK(noise.position == 0);
  CHECK(tally.images == 4);
  CHECK(tally.loss == 3 * twin.loss(three).item() + twin.loss(one).item());
  CHECK(task->reconstruct(one).to_vector<float>() == twin(one).value().to_vector<float>());
  CHECK(task->sample(4, noise).count() == 0);
  Json line;
  task->report(line, tally, {.loss = 6, .images = 3});
  CHECK(line == Json{{"train_loss", tally.loss / 4}, {"test_loss", 2.0}});
  CHECK(task->describe() ==
        Json{{"loss", "squared error"}, {"units", "mean over pixels and images"}});
}

TEST_CASE("task: the variational autoencoder's tally has parts in nats per image") {
  const std::unique_ptr<Task> task = make_task(small("vae"), 8);
  nn::initialize(task->model(), {.seed = 3});
  models::VariationalAutoencoder twin({.input = 8, .hidden = {5}, .latent = 3, .beta = 0.5});
  nn::initialize(twin, {.seed = 3});
  Random random{1}, noise{2}, same{2};
  const Tensor images = rand({3, 8}, random);
  Tally tally;
  const double loss = task->loss(images, noise, tally).item();
  CHECK(loss == doctest::Approx((tally.reconstruction + 0.5 * tally.kl) / 3).epsilon(1e-6));
  const models::VariationalLoss terms = twin.loss(images, same);
  CHECK(noise.position == same.position);
  double reconstruction = 0, kl = 0, squared = 0;
  const auto r = terms.reconstruction.value().to_vector<float>();
  const auto k = terms.kl.value().to_vector<float>();
  for (std::size_t i = 0; i < 3; ++i) {
    reconstruction += r[i];
    kl += k[i];
    squared += (double(r[i]) + k[i]) * (double(r[i]) + k[i]);
  }
  CHECK(tally.images == 3);
  CHECK(tally.loss == 3 * terms.loss.item());
  CHECK(tally.reconstruction == reconstruction);
  CHECK(tally.kl == kl);
  CHECK(tally.elbo_squared == squared);
  CHECK(task->sample(4, noise).shape() == Shape{4, 8});
  CHECK(task->describe().at("likelihood") ==
        "Bernoulli on logits; gray pixels in [0, 1] are the targets");
  CHECK(task->describe().at("units") == "nats per image");
}

TEST_CASE("task: the bound comes with its standard error") {
  const std::unique_ptr<Task> task = make_task(small("vae"), 8);
  // bounds of -100, -110 and -120: a standard deviation of 10 over the root of 3
  const Tally train{.loss = 202, .reconstruction = 200, .kl = 4, .images = 2};
  const Tally test{.loss = 321,
                   .reconstruction = 312,
                   .kl = 18,
                   .elbo_squared = 100. * 100 + 110. * 110 + 120. * 120,
                   .images = 3};
  Json line;
  task->report(line, train, test);
  CHECK(keys(line) == std::vector<std::string>{"train_loss", "train_reconstruction", "train_kl",
                                               "test_loss", "test_reconstruction", "test_kl",
                                               "test_elbo", "test_elbo_standard_error"});
  CHECK(line["train_loss"] == 101);
  CHECK(line["train_reconstruction"] == 100);
  CHECK(line["train_kl"] == 2);
  CHECK(line["test_loss"] == 107);
  CHECK(line["test_reconstruction"] == 104);
  CHECK(line["test_kl"] == 6);
  CHECK(line["test_elbo"] == -110);
  CHECK(line["test_elbo_standard_error"].get<double>() ==
        doctest::Approx(10 / std::sqrt(3)).epsilon(1e-12));
}
