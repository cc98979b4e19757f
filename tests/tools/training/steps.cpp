#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/gradients.hpp>
#include <autograd/reduce.hpp>
#include <models/autoencoder.hpp>
#include <nn/data/loader.hpp>
#include <nn/data/text/text_dataset.hpp>
#include <nn/layers/linear.hpp>
#include <nn/optimizers/sgd.hpp>
#include <nn/parts.hpp>
#include <tensor/machine/storage.hpp>
#include <tests/tools/training/small_run.hpp>
#include <tools/training/steps.hpp>

using namespace ebb;
using namespace ebb::tools;

namespace {

models::Autoencoder plain_model() {
  models::Autoencoder model({.input = 36, .hidden = {9}, .latent = 3});
  nn::initialize(model, {.seed = 11});
  return model;
}

}  // namespace

TEST_CASE("steps: gradients are scaled down to the norm that was asked for") {
  SmallRun small("ae");
  nn::Module& model = small.recipe->model();
  nn::initialize(model, {.seed = 11});
  nn::SGD sgd{model, {.learning_rate = 0.1}};
  Steps steps(*small.recipe, sgd, {.clip_norm = 1e-3});
  const nn::Epoch epoch = nn::Loader(small.images.train, {.batch_size = 32}).epoch(0);
  steps.begin(epoch);
  while (!steps.at_end()) steps.take();
  steps.check();
  CHECK(steps.divergence() == "");

  models::Autoencoder same = plain_model();
  nn::SGD other{same, {.learning_rate = 0.1}};
  for (const nn::Batch& batch : epoch) {
    Gradients gradients = backward(same.loss(batch.inputs));
    CHECK(gradients.norm() > 1e-3);
    gradients *= 1e-3 / gradients.norm();
    other.step(gradients);
  }
  CHECK(numbers(model) == numbers(same));
}

TEST_CASE("steps: an average follows the weights, and goes back with them where a step diverges") {
  SmallRun small("ae");
  nn::Module& model = small.recipe->model();
  nn::initialize(model, {.seed = 11});
  nn::SGD sgd{model, {.learning_rate = 0.1}};
  nn::Average average{model, {.decay = 0.5}};
  Steps steps(*small.recipe, sgd, {.average = &average});
  const nn::Epoch epoch = nn::Loader(small.images.train, {.batch_size = 32}).epoch(0);
  steps.begin(epoch);
  steps.take();
  steps.take();
  sgd.set_learning_rate(1e300);  // an update that no float holds
  steps.take();
  steps.check();
  CHECK(steps.divergence() != "");
  // From the snapshot at the beginning all is repeated with the rate of now, so the first step is
  // the one that fails.
  CHECK(steps.at().steps == 0);
  CHECK(average.updates() == 0);
  const nn::Averaged scope(average);
  CHECK(numbers(model) == numbers(plain_model()));
}

namespace {

// Its loss is 0, and the gradient of that is no number.
struct Kink final : Recipe {
  const char* name() const override { return "kink"; }
  const char* summary() const override { return ""; }
  void visit(Options&) override {}
  void build(const nn::Examples&) override {}
  nn::Module& model() override { return linear; }
  Variable loss(const nn::Batch&, nn::Pass&, Metrics& metrics) const override {
    metrics.add("loss", 0.0, 1);
    return sum(sqrt(square(linear.weight) * 0));
  }
  nlohmann::ordered_json describe() const override { return {}; }
  nn::Linear linear{1, 1, {.bias = false}};
};

}  // namespace

TEST_CASE("bytes_of_trial: what a step takes, told before it, and nothing else changes") {
  for (const char* name : {"ae", "vae", "vq", "wae"}) {
    CAPTURE(name);
    SmallRun small(name);
    nn::Module& model = small.recipe->model();
    nn::initialize(model, {.seed = 11});
    nn::SGD sgd{model, {.learning_rate = 1e-3}};
    Steps steps(*small.recipe, sgd, {});
    const std::vector<float> before = numbers(model);
    const double told = bytes_of_trial(*small.recipe, *small.data, 32, 5, 1e9);
    CHECK(numbers(model) == before);
    const nn::Epoch epoch = nn::Loader(small.images.train, {.batch_size = 32}).epoch(0);
    steps.begin(epoch);
    reset_peak_memory();
    const std::size_t live = memory_use().live_bytes;
    steps.take();
    const auto taken = static_cast<double>(memory_use().peak_bytes - live);
    CHECK_MESSAGE(told > 0.9 * taken, told, " ", taken);
    CHECK_MESSAGE(told < 1.1 * taken, told, " ", taken);
    CHECK(bytes_of_trial(*small.recipe, *small.data, 64, 5, 1e9) > 1.05 * told);
    CHECK(bytes_of_trial(*small.recipe, *small.data, 32, 500, 1e9) >= told);
  }
}

TEST_CASE("bytes_of_trial: what is beyond the memory is a wrong use, and a later step works") {
  SmallRun small("ae");
  nn::initialize(small.recipe->model());
  CHECK_THROWS_AS(static_cast<void>(bytes_of_trial(*small.recipe, *small.data, 32, 5, 2000)),
                  UsageError);
  CHECK(bytes_of_trial(*small.recipe, *small.data, 32, 5, 1e9) > 2000);
}

TEST_CASE("bytes_of_trial: of texts the longest count") {
  const auto bytes_with = [](const std::string& last) {
    std::vector<std::string> lines(40, "short");
    lines.push_back(last);
    const nn::TextDataset texts{nn::Lines{lines}, nn::Vocabulary::bytes()};
    const auto recipe = make_recipe("text");
    recipe->build(texts.examples());
    nn::initialize(recipe->model());
    return bytes_of_trial(*recipe, {.train = texts, .test = texts}, 4, 1, 1e9);
  };
  CHECK(bytes_with(std::string(100, 'x')) > 3 * bytes_with("short"));
}

TEST_CASE("steps: a norm that is no number is a divergence, and no step is taken") {
  const SmallRun small("ae");
  Kink recipe;
  nn::initialize(recipe.linear);
  const float before = recipe.linear.weight.value().to_vector<float>()[0];
  nn::SGD sgd{recipe.linear};
  Steps steps(recipe, sgd, {.clip_norm = 1});
  const nn::Epoch epoch = nn::Loader(small.images.train, {.batch_size = 32}).epoch(0);
  steps.begin(epoch);
  steps.take();
  CHECK_MESSAGE(steps.divergence().starts_with("in step 1: the derivative of sqrt "),
                steps.divergence());
  CHECK(recipe.linear.weight.value().to_vector<float>()[0] == before);
  CHECK(sgd.steps() == 0);
}
