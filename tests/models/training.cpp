// Covers: models/autoencoder.cpp, models/variational_autoencoder.cpp
// Whole training runs: the same bits on any number of threads, no memory asked for in a steady
// step, and what is learned from MNIST.
#include <doctest/doctest.h>

#include <autograd/gradients.hpp>
#include <cstdlib>
#include <filesystem>
#include <models/autoencoder.hpp>
#include <models/variational_autoencoder.hpp>
#include <nn/data/digits.hpp>
#include <nn/data/idx.hpp>
#include <nn/data/loader.hpp>
#include <nn/optimizers/adam.hpp>
#include <nn/parts.hpp>
#include <tensor/parts.hpp>
#include <tensor/views.hpp>
#include <tests/support.hpp>
#include <tests/tensor/support.hpp>
#include <tools/common/counted_new.hpp>

using namespace ebb::tools;
using namespace ebb;
using models::Autoencoder, models::VariationalAutoencoder;

namespace {

Variable loss_of(const Autoencoder& model, const Tensor& images, Random&) {
  return model.loss(images);
}
Variable loss_of(const VariationalAutoencoder& model, const Tensor& images, Random& noise) {
  nn::Pass pass{noise, true};
  return model.loss(images, pass).loss;
}

// A model in training, and what it needs for that.
template <class Model>
struct Training {
  template <class Options>
  explicit Training(const Options& options) : model(options) {
    nn::initialize(model, {.seed = 1});
    adam = std::make_unique<nn::Adam>(model);
  }
  void step(const Tensor& images) { adam->step(backward(loss_of(model, images, noise))); }
  void epoch(const nn::Loader& loader, std::int64_t number) {
    for (const nn::Batch& batch : loader.epoch(number)) step(batch.inputs);
  }
  Tensor weights() const {
    std::vector<Tensor> all;
    for (const auto& [name, part] : nn::Parts(model).parameters)
      all.push_back(reshape(part->value(), {part->value().count()}));
    return cat(all);
  }

  Model model;
  Random noise{3};
  std::unique_ptr<nn::Adam> adam;
};

// Small, yet large enough to be cut into pieces for threads.
struct SmallAutoencoder final : Training<Autoencoder> {
  SmallAutoencoder() : Training(models::AutoencoderOptions{.latent = 64}) {}
};
struct SmallVariationalAutoencoder final : Training<VariationalAutoencoder> {
  SmallVariationalAutoencoder()
      : Training(models::VariationalAutoencoderOptions{.hidden = {64}, .latent = 8}) {}
};

nn::Loader digit_loader() {
  static const nn::ImageDataset digits = nn::draw_digits({.train = 300, .test = 0}).train;
  return nn::Loader{digits, {.batch_size = 64, .seed = 5}};  // the last batch is shorter
}

Tensor one_batch() { return digit_loader().epoch(0).batch(0).inputs; }

// The folder that holds mnist/, or nullptr.
const char* data_folder() {
  const char* data = std::getenv("EBB_DATA");
  return data && std::filesystem::exists(std::filesystem::path(data) / "mnist") ? data : nullptr;
}

template <class Model>
double mean_test_loss(const Model& model, const nn::ImageDataset& images) {
  const NoGrad constants;
  Random noise{17};
  double total = 0;
  for (const nn::Batch& batch : nn::Loader(images, {.batch_size = 500}).epoch(0))
    total += loss_of(model, batch.inputs, noise).item() * static_cast<double>(batch.inputs.size(0));
  return total / static_cast<double>(images.count());
}

}  // namespace

TEST_CASE_TEMPLATE("training: any number of threads learns the same weights, bit for bit", Run,
                   SmallAutoencoder, SmallVariationalAutoencoder) {
  const nn::Loader loader = digit_loader();
  const Tensor before = Run().weights();
  CHECK(same_on_any_number_of_threads([&] {
    Run run;
    for (int epoch = 0; epoch < 2; ++epoch) run.epoch(loader, epoch);
    const Tensor weights = run.weights();
    CHECK(!same_bits(weights, before));
    return weights;
  }));
}

TEST_CASE_TEMPLATE(
    "training: a steady step asks the system for no tensor memory, and calls "
    "operator new the same few times",
    Run, SmallAutoencoder, SmallVariationalAutoencoder) {
  const Threads one(1);
  const Tensor images = one_batch();
  Run run;
  for (int i = 0; i < 3; ++i) run.step(images);
  std::vector<std::uint64_t> calls;
  for (int i = 0; i < 10; ++i) {
    const std::uint64_t misses = memory_use().misses, before = calls_of_new();
    run.step(images);
    calls.push_back(calls_of_new() - before);
    CHECK(memory_use().misses == misses);
  }
  CAPTURE(calls[0]);
  CHECK(calls == std::vector<std::uint64_t>(10, calls[0]));
  CHECK(calls[0] > 0);  // they are counted at all
  CHECK(calls[0] <= (std::is_same_v<Run, SmallAutoencoder> ? 40 : 90));
}

TEST_CASE_TEMPLATE("training: live bytes return to where they were", Run, SmallAutoencoder,
                   SmallVariationalAutoencoder) {
  const nn::Loader loader = digit_loader();
  const std::size_t before = memory_use().live_bytes;
  {
    Run run;
    run.epoch(loader, 0);
    CHECK(memory_use().live_bytes > before);
  }
  CHECK(memory_use().live_bytes == before);
}

TEST_CASE_TEMPLATE("training: memory that runs out anywhere in a step leaves everything usable",
                   Run, SmallAutoencoder, SmallVariationalAutoencoder) {
  const Tensor images = one_batch();
  Run run, untroubled;
  for (Run* each : {&run, &untroubled})
    for (int i = 0; i < 2; ++i) each->step(images);
  const Tensor weights = run.weights();
  const Random noise = run.noise;
  const std::size_t live = memory_use().live_bytes;
  int failures = 0;
  for (bool done = false; !done; ++failures) {
    REQUIRE(failures < 5'000);
    try {
      const MemoryLimit limit(memory_use().live_bytes + static_cast<std::size_t>(failures) * 8192);
      run.step(images);
      done = true;
    } catch (const MemoryError&) {
      if (memory_use().live_bytes != live) FAIL("a failed step kept memory");
      run.noise = noise;
      if (failures % 20 == 0) CHECK(same_bits(run.weights(), weights));
    }
  }
  CHECK(failures > 20);
  for (int i = 0; i < 2; ++i) untroubled.step(images);
  run.step(images);
  CHECK(same_bits(run.weights(), untroubled.weights()));
}

TEST_CASE("training: an autoencoder draws MNIST's test images again after one epoch") {
  if (!data_folder()) return skip("EBB_DATA names no folder with mnist/");
  const auto [train, test] = nn::load_mnist(std::string(data_folder()) + "/mnist");
  Training<Autoencoder> run{models::AutoencoderOptions{}};
  run.epoch(nn::Loader{train, {.batch_size = 32, .seed = 1}}, 0);
  CHECK(mean_test_loss(run.model, test) <= 0.0041);
}

TEST_CASE("training: a variational autoencoder's bound on MNIST after one epoch, and after two") {
  if (!data_folder()) return skip("EBB_DATA names no folder with mnist/");
  const auto [train, test] = nn::load_mnist(std::string(data_folder()) + "/mnist");
  Training<VariationalAutoencoder> run{models::VariationalAutoencoderOptions{}};
  const nn::Loader loader{train, {.batch_size = 128, .seed = 1}};
  run.epoch(loader, 0);
  CHECK(mean_test_loss(run.model, test) <= 131);
  run.epoch(loader, 1);
  CHECK(mean_test_loss(run.model, test) <= 119);
}
