#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <nn/checkpoint.hpp>
#include <nn/data/idx.hpp>
#include <nn/parts.hpp>
#include <tensor/elementwise.hpp>
#include <tests/support.hpp>
#include <tests/tools/program.hpp>
#include <tools/training/run_files.hpp>

using namespace ebb::tools;

using Json = nlohmann::ordered_json;

TEST_CASE("run files: weights at the beginning, after an epoch and at the end") {
  const TemporaryFolder place;
  write_image_set(place.path() / "data");
  const ebb::nn::ImageSplits data = ebb::nn::load_mnist(place.path() / "data");
  TrainOptions options;
  options.model = "vae";
  options.hidden = {4};
  options.latent = 2;
  options.batch_size = 32;
  const RunFolder folder(place.path() / "run", "vae");
  const std::unique_ptr<Task> task = make_task(options, 36);
  initialize(task->model(), {.seed = 1});
  RunFiles files(options, data, folder, *task);

  // The sum of the first weights, which grows with each of the test's steps.
  ebb::nn::Parameter& weight = *ebb::nn::Parts(task->model()).parameters.front().second;
  const auto kept = [&] {
    const std::unique_ptr<Task> other = make_task(options, 36);
    load(other->model(), folder.path("model.safetensors"));
    return ebb::nn::Parts(other->model()).parameters.front().second->value().to_vector<float>();
  };
  const auto config = [&] { return Json::parse(read_file(folder.path("config.json"))); };
  const auto step = [&] {
    weight.set(weight.value() + 1);
    return weight.value().to_vector<float>();
  };

  const std::vector<float> first = weight.value().to_vector<float>();
  files.begin();
  CHECK(kept() == first);
  CHECK(config()["finished"] == false);
  CHECK(config()["steps"].is_null());
  for (int epoch = 0; epoch < 3; ++epoch) {
    const std::vector<float> now = step();
    files.keep_weights();
    CHECK(kept() == now);
  }
  const std::vector<float> last = step();
  files.end(17, false);
  CHECK(kept() == last);
  CHECK(config()["finished"] == false);
  CHECK(config()["steps"] == 17);
  files.end(18, true);
  CHECK(config()["finished"] == true);
  CHECK(config()["steps"] == 18);
  CHECK(files.pictures() == folder.path("reconstructions.png") + ' ' + folder.path("samples.png"));
  CHECK(names_in(folder.name()) == std::vector<std::string>{"config.json", "model.safetensors",
                                                            "reconstructions.png", "samples.png"});
}
