#include <nn/checkpoint.hpp>
#include <nn/files/file.hpp>
#include <nn/files/printable.hpp>
#include <set>
#include <tensor/error.hpp>
#include <tools/training/datasets.hpp>
#include <tools/training/open_run.hpp>

namespace ebb::tools {

using Json = nlohmann::ordered_json;

Json config_of_run(const std::string& folder) {
  const std::string path = folder + "/config.json";
  const Json config = Json::parse(nn::read_file(path), nullptr, false);
  if (!config.is_object())
    throw FormatError(path + " is no JSON object; is it of a run of tools/train?");
  return config;
}

void require_known_keys(const Json& config, Recipe& recipe) {
  static const std::set<std::string> noted = {"best_epoch",
                                              "class_names",
                                              "data_files",
                                              "examples",
                                              "finished",
                                              "image",
                                              "instruction_set",
                                              "loss",
                                              "model",
                                              "parameters",
                                              "pixels",
                                              "steps",
                                              "test_examples",
                                              "test_images",
                                              "test_rows",
                                              "train_rows",
                                              "validation_rows",
                                              "test_texts",
                                              "train_texts",
                                              "validation_texts",
                                              "threads_that_ran",
                                              "train_examples",
                                              "train_images",
                                              "units",
                                              "validation_examples",
                                              "validation_images",
                                              "version"};
  TrainOptions common;
  Options all;
  common.visit(all);
  recipe.visit(all);
  const Json known = all.to_json();
  for (const auto& [key, value] : config.items())
    if (!known.contains(key) && !noted.contains(key))
      throw FormatError(text("config: ", nn::in_quotes(key), " is unknown; is it of a newer ebb?"));
}

std::unique_ptr<Recipe> open_run(const std::string& folder) {
  const std::string path = folder + "/config.json";
  const Json config = config_of_run(folder);
  std::unique_ptr<Recipe> recipe;
  try {
    recipe = make_recipe(config.value("model", ""));
    require_known_keys(config, *recipe);
    Options options;
    recipe->visit(options);
    options.read(config);
    recipe->build(examples_from(config.value("examples", Json())));
  } catch (const FormatError& error) {
    throw FormatError(text(path, ": ", error.what()));
  } catch (const UsageError& error) {
    throw FormatError(text(path, ": ", error.what()));
  } catch (const Json::exception& error) {
    throw FormatError(text(path, " is damaged (", error.what(), ")"));
  }
  nn::load(recipe->model(), folder + "/model.safetensors");  // which names that file
  return recipe;
}

}  // namespace ebb::tools
