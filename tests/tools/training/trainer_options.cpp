// Covers: tools/training/trainer.cpp
#include <doctest/doctest.h>

#include <autograd/gradients.hpp>
#include <models/autoencoder.hpp>
#include <nn/checkpoint.hpp>
#include <nn/data/loader.hpp>
#include <nn/data/split.hpp>
#include <nn/layers/xavier.hpp>
#include <nn/optimizers/adam.hpp>
#include <nn/optimizers/average.hpp>
#include <nn/optimizers/schedule.hpp>
#include <nn/parts.hpp>
#include <tensor/makers.hpp>
#include <tests/tools/training/small_run.hpp>

using namespace ebb;
using namespace ebb::tools;
using Json = nlohmann::ordered_json;

namespace {

// The run's data again, with the validation part that its options name.
void split(SmallRun& small) {
  small.options.settle();
  const double part = *small.options.validation;
  const auto [train, validation] =
      nn::split(small.images.train, {1 - part, part}, small.options.seed);
  small.data = std::make_unique<Datasets>(Datasets{train, small.images.test, validation});
}

// The same training in a few lines: what the trainer's is compared with.
struct ByHand {
  explicit ByHand(const SmallRun& run) : small(run) { nn::initialize(model, {.seed = 11}); }

  template <class AfterStep>
  void epoch(std::int64_t number, nn::Optimizer& optimizer, const AfterStep& after_step) {
    const nn::Loader loader(small.data->train, {.batch_size = 32, .seed = 11});
    for (const nn::Batch& batch : loader.epoch(number)) {
      optimizer.step(backward(model.loss(batch.inputs)));
      after_step();
    }
  }

  double loss_on(const nn::SharedDataset& data) const {
    return model
        .loss(nn::Loader(data, {.batch_size = 500, .shuffle = false}).epoch(0).batch(0).inputs)
        .item();
  }

  std::string bytes() const {
    const std::string path = small.place.path() / "expected.safetensors";
    nn::save(model, path);
    return read_file(path);
  }

  const SmallRun& small;
  models::Autoencoder model{{.input = 36, .hidden = {9}, .latent = 3}};
};

const auto no_change = [] {};

}  // namespace

TEST_CASE("trainer: a schedule sets the rate of each step, and metrics.jsonl has the last") {
  SmallRun small("ae");
  small.options.schedule = "cosine";
  small.options.warm_up = 2;
  train(small);
  ByHand hand(small);
  nn::Adam adam{hand.model, {.learning_rate = 0.01}};
  adam.follow(nn::schedule::warm_up(2, nn::schedule::cosine(4)));  // six steps in two epochs
  for (int epoch = 0; epoch < 2; ++epoch) hand.epoch(epoch, adam, no_change);
  CHECK(weights_of(small) == hand.bytes());
  const std::vector<Json> metrics = metrics_of(small);
  CHECK(metrics[0]["learning_rate"] == 0.01);  // 1/3, 2/3, 1
  CHECK(metrics[1]["learning_rate"].get<double>() == doctest::Approx(0.00146446609406726));
}

TEST_CASE("trainer: a warm-up that is longer than the run is said") {
  struct Listener final : Reporter {
    explicit Listener(std::vector<std::string>& to) : notes(to) {}
    void begin(const StartReport& at) override { notes = at.notes; }
    std::vector<std::string>& notes;
  };
  for (const std::int64_t steps : {6, 12}) {  // of six
    SmallRun small("ae");
    small.options.warm_up = steps;
    std::vector<std::string> notes;
    Reporters reporters;
    reporters.push_back(std::make_unique<Listener>(notes));
    train(small.run(), reporters);
    REQUIRE(notes.size() == (steps == 6 ? 1 : 2));
    CHECK(notes[0].starts_with("memory: about "));
    if (notes.size() == 2)
      CHECK(notes[1] ==
            "--warm-up: the learning rate would rise for 12 steps, and the run has 6: it ends at "
            "0.5 of --lr");
  }
  SmallRun small("vae", 1, {{"beta-warm-up", "4"}});
  std::vector<std::string> notes;
  Reporters reporters;
  reporters.push_back(std::make_unique<Listener>(notes));
  train(small.run(), reporters);
  REQUIRE(notes.size() == 2);
  CHECK(notes[1].starts_with("--beta-warm-up: it would rise for 4 epochs, and the run has 2: "));
}

TEST_CASE("trainer: weights can begin as Keras's do") {
  SmallRun small("ae");
  small.options.start = "xavier";
  train(small);
  ByHand hand(small);
  nn::initialize_xavier(hand.model, {.seed = 11});
  nn::Adam adam{hand.model, {.learning_rate = 0.01}};
  for (int epoch = 0; epoch < 2; ++epoch) hand.epoch(epoch, adam, no_change);
  CHECK(weights_of(small) == hand.bytes());
}

TEST_CASE("trainer: the average of the weights is evaluated and saved, the weights learn on") {
  SmallRun small("ae");
  small.options.average = 0.9;
  train(small);
  ByHand hand(small);
  nn::Adam adam{hand.model, {.learning_rate = 0.01}};
  nn::Average average{hand.model, {.decay = 0.9, .warm_up = true}};
  const std::vector<Json> metrics = metrics_of(small);
  for (int epoch = 0; epoch < 2; ++epoch) {
    hand.epoch(epoch, adam, [&] { average.update(); });
    const nn::Averaged scope(average);
    CHECK(metrics[static_cast<std::size_t>(epoch)]["test_loss"].get<double>() ==
          doctest::Approx(hand.loss_on(small.images.test)).epsilon(1e-6));
  }
  CHECK(weights_of(small) != hand.bytes());
  const nn::Averaged scope(average);
  CHECK(weights_of(small) == hand.bytes());
}

TEST_CASE("trainer: a validation part is held out of the training, and nothing else changes") {
  SmallRun small("ae");
  small.options.validation = 0.2;
  split(small);
  train(small);
  ByHand hand(small);
  nn::Adam adam{hand.model, {.learning_rate = 0.01}};
  const std::vector<Json> metrics = metrics_of(small);
  for (int epoch = 0; epoch < 2; ++epoch) {
    hand.epoch(epoch, adam, no_change);
    const Json& line = metrics[static_cast<std::size_t>(epoch)];
    CHECK(line["validation_loss"].get<double>() ==
          doctest::Approx(hand.loss_on(*small.data->validation)).epsilon(1e-6));
    CHECK(line["step"] == 2 * (epoch + 1));  // 56 images are left
  }
  CHECK(weights_of(small) == hand.bytes());
  const Json config = config_of(small);
  CHECK(config["train_images"] == 56);
  CHECK(config["validation_images"] == 14);
  CHECK(config["validation"] == 0.2);
}

TEST_CASE("trainer: the best epoch's weights are kept, and the plain ones learn on") {
  SmallRun small("ae");
  small.options.keep = "best";
  small.options.average = 0.5;
  small.options.learning_rate = 0.3;  // so large that not every epoch is better
  split(small);
  ByHand hand(small);
  nn::Adam adam{hand.model, {.learning_rate = 0.3}};
  nn::Average average{hand.model, {.decay = 0.5, .warm_up = true}};
  double best = INFINITY;
  std::string bytes;
  int best_epoch = 0;
  // Until one is worse: which that is depends on the instruction set.
  for (int epoch = 1; best_epoch + 1 >= epoch && epoch < 100; ++epoch) {
    hand.epoch(epoch - 1, adam, [&] { average.update(); });
    const nn::Averaged scope(average);
    const double loss = hand.loss_on(*small.data->validation);
    if (loss < best) best = loss, bytes = hand.bytes(), best_epoch = epoch;
  }
  CHECK(best_epoch > 1);
  REQUIRE(best_epoch < 99);
  small.options.epochs = best_epoch + 1;
  train(small);
  CHECK(weights_of(small) == bytes);
  CHECK(config_of(small)["best_epoch"] == best_epoch);
  CHECK(config_of(small)["validation"] == 0.1);
}

TEST_CASE("trainer: where patience is over the run ends early, and has finished") {
  SmallRun small("ae");
  small.options.patience = 2;
  small.options.learning_rate = 1e-30;  // no weight moves
  small.options.epochs = 9;
  split(small);
  train(small);
  CHECK(metrics_of(small).size() == 3);
  const Json config = config_of(small);
  CHECK(config["finished"] == true);
  CHECK(config["steps"] == 6);
  CHECK(config["best_epoch"] == 1);
}

TEST_CASE("trainer: on a plateau of the validation loss the rate falls to a tenth") {
  SmallRun small("ae");
  small.options.schedule = "plateau";
  small.options.learning_rate = 1e-30;
  small.options.epochs = 13;
  split(small);
  train(small);
  const std::vector<Json> metrics = metrics_of(small);
  REQUIRE(metrics.size() == 13);
  CHECK(metrics[11]["learning_rate"] == 1e-30);
  CHECK(metrics[12]["learning_rate"].get<double>() == doctest::Approx(1e-31));
}

namespace {

// Interrupts the run in its fourth step, the second of two in an epoch.
struct Interrupter final : Reporter {
  void step(const StepReport& at) override {
    if (at.steps == 3) interruptions = 1;
  }
};

}  // namespace

TEST_CASE("trainer: a part of an epoch is evaluated, but does not count where weights are kept") {
  SmallRun small("ae");
  small.options.keep = "best";
  split(small);
  const Run run = small.run();
  Progress progress(true);
  Reporters reporters = all_reporters(run, progress);
  reporters.push_back(std::make_unique<Interrupter>());
  CHECK_THROWS_AS(ebb::tools::train(run, reporters), Interrupted);
  interruptions = 0;
  const std::vector<Json> metrics = metrics_of(small);
  REQUIRE(metrics.size() == 2);
  CHECK(metrics[1]["validation_loss"] < metrics[0]["validation_loss"]);
  CHECK(config_of(small)["best_epoch"] == 1);
  ByHand hand(small);
  nn::Adam adam{hand.model, {.learning_rate = 0.01}};
  hand.epoch(0, adam, no_change);
  CHECK(weights_of(small) == hand.bytes());
}

TEST_CASE("trainer: after a divergence the best epoch's weights are there") {
  SmallRun small("ae");
  small.options.keep = "best";
  split(small);
  const Run run = small.run();
  Progress progress(true);
  Reporters reporters = all_reporters(run, progress);
  // Spoils the weights in the second epoch.
  struct Spoiler final : Reporter {
    explicit Spoiler(nn::Module& spoiled) : model(spoiled) {}
    void step(const StepReport& at) override {
      if (at.steps != 3) return;
      nn::Parameter& weight = *nn::Parts(model).parameters.front().second;
      weight.set(full(weight.shape(), NAN));
    }
    nn::Module& model;
  };
  reporters.push_back(std::make_unique<Spoiler>(small.recipe->model()));
  CHECK_THROWS_AS(ebb::tools::train(run, reporters), Diverged);
  CHECK(config_of(small)["finished"] == false);
  CHECK(config_of(small)["best_epoch"] == 1);
  ByHand hand(small);
  nn::Adam adam{hand.model, {.learning_rate = 0.01}};
  hand.epoch(0, adam, no_change);
  CHECK(weights_of(small) == hand.bytes());
}

TEST_CASE("trainer: a loss that is not finite on the validation part alone is a divergence, too") {
  SmallRun small("vae");
  small.options.learning_rate = 1e30;
  small.options.batch_size = 100;  // one step an epoch
  small.options.keep = "best";
  split(small);
  CHECK_THROWS_WITH_AS(train(small),
                       doctest::Contains("diverged after step 1, on the validation examples: "),
                       Diverged);
  CHECK(config_of(small)["best_epoch"].is_null());
}
