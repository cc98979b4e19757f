// Covers: tools/training/reporters/config.cpp, tools/training/reporters/metrics.cpp,
// tools/training/reporters/pictures.cpp, tools/training/reporters/terminal.cpp,
// tools/training/reporters/weights.cpp
#include <doctest/doctest.h>

#include <nn/checkpoint.hpp>
#include <nn/parts.hpp>
#include <tensor/elementwise.hpp>
#include <tests/tools/training/small_run.hpp>
#include <tools/training/reporters/reporters.hpp>

using namespace ebb::tools;
using Json = nlohmann::ordered_json;

TEST_CASE("reporters: weights and config at the beginning, after an epoch and at the end") {
  SmallRun small("vae");
  initialize(small.recipe->model(), {.seed = 1});
  const Run run = small.run();
  Progress progress(true);
  const Reporters reporters = all_reporters(run, progress);

  // The first weights, which grow with each of the test's steps.
  ebb::nn::Parameter& weight = *ebb::nn::Parts(small.recipe->model()).parameters.front().second;
  const auto kept = [&] {
    const std::unique_ptr<Recipe> other = SmallRun("vae").recipe;
    load(other->model(), run.folder.path("model.safetensors"));
    return ebb::nn::Parts(other->model()).parameters.front().second->value().to_vector<float>();
  };
  const auto config = [&] { return Json::parse(read_file(run.folder.path("config.json"))); };
  const auto step = [&] {
    weight.set(weight.value() + 1);
    return weight.value().to_vector<float>();
  };
  const auto end = [&](std::int64_t steps, bool finished) {
    for (auto last = reporters.rbegin(); last != reporters.rend(); ++last)
      (*last)->end(steps, finished);
  };

  const std::vector<float> first = weight.value().to_vector<float>();
  for (const auto& reporter : reporters) reporter->begin({});
  CHECK(kept() == first);
  CHECK(config()["finished"] == false);
  CHECK(config()["steps"].is_null());
  const Metrics train = measured(3), test = measured(4);
  for (std::int64_t epoch = 1; epoch <= 3; ++epoch) {
    const std::vector<float> now = step();
    for (const auto& reporter : reporters)
      reporter->epoch({epoch, 3 * epoch, 0.5, 0.25, train, test});
    CHECK(kept() == now);
  }
  const std::vector<std::string> lines = lines_of(read_file(run.folder.path("metrics.jsonl")));
  REQUIRE(lines.size() == 3);
  CHECK(Json::parse(lines[1]) == Json{{"epoch", 2},
                                      {"step", 6},
                                      {"seconds", 0.5},
                                      {"images_per_second", 40.0},
                                      {"learning_rate", 0.25},
                                      {"train_loss", 3.0},
                                      {"test_loss", 4.0}});
  const std::vector<float> last = step();
  end(17, false);
  CHECK(kept() == last);
  CHECK(config()["finished"] == false);
  CHECK(config()["steps"] == 17);
  end(18, true);
  CHECK(config()["finished"] == true);
  CHECK(config()["steps"] == 18);
  CHECK(names_in(run.folder.path("")) ==
        std::vector<std::string>{"config.json", "history", "metrics.jsonl", "model.safetensors",
                                 "reconstructions.png", "samples.png", "training_scores.json"});
}

TEST_CASE("reporters: where there is a validation part, its metrics and the best epoch are told") {
  SmallRun small("ae");
  small.data->validation = small.images.test;
  initialize(small.recipe->model());
  const Run run = small.run();
  const std::unique_ptr<Reporter> metrics = report_metrics(run), config = report_config(run);
  metrics->begin({});
  config->begin({});
  const auto best = [&] {
    return Json::parse(read_file(run.folder.path("config.json")))["best_epoch"];
  };
  CHECK(best().is_null());
  const Metrics train = measured(3), test = measured(4), validation = measured(5);
  for (std::int64_t epoch = 1; epoch <= 3; ++epoch) {
    const EpochReport report = {.epoch = epoch,
                                .steps = epoch,
                                .seconds = 0.5,
                                .learning_rate = 0.25,
                                .train = train,
                                .test = test,
                                .validation = &validation,
                                .best = epoch == 2};
    metrics->epoch(report);
    config->epoch(report);
  }
  config->end(3, true);
  CHECK(best() == 2);
  const Json line = Json::parse(lines_of(read_file(run.folder.path("metrics.jsonl"))).back());
  CHECK(line["train_loss"] == 3);
  CHECK(line["validation_loss"] == 5);
  CHECK(line["test_loss"] == 4);
  CHECK(Json::parse(read_file(run.folder.path("config.json")))["validation_images"] == 20);
}

TEST_CASE("reporters: config.json holds every option under its key, and what the data is") {
  SmallRun small("vae", 0.5);
  initialize(small.recipe->model());
  const Run run = small.run();
  report_config(run)->begin({});
  const Json config = Json::parse(read_file(run.folder.path("config.json")));
  for (const char* key : {"version",
                          "model",
                          "data",
                          "train_images",
                          "test_images",
                          "image",
                          "epochs",
                          "batch_size",
                          "learning_rate",
                          "optimizer",
                          "schedule",
                          "warm_up",
                          "epsilon",
                          "weight_decay",
                          "momentum",
                          "clip_norm",
                          "average",
                          "start",
                          "validation",
                          "keep",
                          "patience",
                          "seed",
                          "limit",
                          "hidden",
                          "latent",
                          "beta",
                          "out",
                          "tensorboard",
                          "log_format",
                          "quiet",
                          "loss",
                          "likelihood",
                          "units",
                          "parameters",
                          "instruction_set",
                          "threads",
                          "threads_that_ran",
                          "steps",
                          "finished"})
    CHECK_MESSAGE(config.contains(key), key);
  CHECK(config["data"] == "drawn digits");
  CHECK(config["limit"].is_null());
  CHECK(config["train_images"] == 70);
  CHECK(config["image"] == Json{6, 6});
  CHECK(config["hidden"] == Json{9});
  CHECK(config["beta"] == 0.5);
  CHECK(config["examples"]["kind"] == "image");
}

TEST_CASE("reporters: a model without codes leaves no pictures") {
  SmallRun small("classifier");
  initialize(small.recipe->model());
  const Run run = small.run();
  Progress progress(true);
  report_pictures(run, progress)->end(1, true);
  CHECK(names_in(run.folder.path("")).empty());
}
