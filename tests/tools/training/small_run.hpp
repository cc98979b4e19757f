// A run on a few small images, for tests.
#pragma once

#include <nn/data/idx.hpp>
#include <nn/parts.hpp>
#include <tests/support.hpp>
#include <tests/tools/program.hpp>
#include <tools/training/reporters/reporters.hpp>
#include <tools/training/trainer.hpp>

// 70 images of 6 x 6 to train on and 20 to test; a model with 9 hidden numbers and a code of 3.
struct SmallRun {
  using More = std::vector<std::pair<const char*, const char*>>;  // options of the model

  explicit SmallRun(const char* model, double beta = 1, const More& more = {}) {
    using namespace ebb::tools;
    write_image_set(place.path() / "data");
    options.epochs = 2;
    options.batch_size = 32;  // of 70: the last batch of an epoch is short
    options.seed = 11;
    options.learning_rate = 0.01;
    options.quiet = true;
    images = ebb::nn::load_mnist(place.path() / "data");
    data = std::make_unique<Datasets>(Datasets{images.train, images.test});
    folder = std::make_unique<RunFolder>(place.path() / "run", model);
    recipe = make_recipe(model);
    Options own;
    recipe->visit(own);
    if (own.find("hidden")) own.find("hidden")->parse("9");
    if (own.find("latent")) own.find("latent")->parse("3");
    if (own.find("beta")) own.find("beta")->parse(std::to_string(beta));
    for (const auto& [name, value] : more) own.find(name)->parse(value);
    recipe->build(data->train->examples());
  }

  ebb::tools::Run run() { return {options, *data, *folder, *recipe}; }

  TemporaryFolder place;
  ebb::tools::TrainOptions options;
  ebb::nn::ImageSplits images;
  std::unique_ptr<ebb::tools::Datasets> data;
  std::unique_ptr<ebb::tools::RunFolder> folder;
  std::unique_ptr<ebb::tools::Recipe> recipe;
};

// As tools/train does it, with all reporters.
inline void train(SmallRun& small) {
  const ebb::tools::Run run = small.run();
  ebb::tools::Progress progress(true);
  ebb::tools::train(run, ebb::tools::all_reporters(run, progress));
}

// What a run has left.
inline std::vector<nlohmann::ordered_json> metrics_of(const SmallRun& small) {
  return metrics_of(std::filesystem::path(small.folder->name()));
}
inline nlohmann::ordered_json config_of(const SmallRun& small) {
  return config_of(std::filesystem::path(small.folder->name()));
}
inline std::string weights_of(const SmallRun& small) {
  return read_file(small.folder->path("model.safetensors"));
}

// The metrics of 20 examples.
inline ebb::tools::Metrics measured(double loss) {
  ebb::tools::Metrics metrics;
  metrics.add("loss", loss, 20);
  return metrics;
}

// All parameters, one after the other.
inline std::vector<float> numbers(const ebb::nn::Module& model) {
  std::vector<float> all;
  for (const auto& [name, part] : ebb::nn::Parts(model).parameters)
    for (const float number : part->value().to_vector<float>()) all.push_back(number);
  return all;
}
