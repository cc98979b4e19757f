#include <nn/checkpoint.hpp>
#include <nn/files/file.hpp>
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

std::unique_ptr<Recipe> open_run(const std::string& folder) {
  const std::string path = folder + "/config.json";
  const Json config = config_of_run(folder);
  try {
    std::unique_ptr<Recipe> recipe = make_recipe(config.value("model", ""));
    Options options;
    recipe->visit(options);
    options.read(config);
    recipe->build(examples_from(config.value("examples", Json())));
    nn::load(recipe->model(), folder + "/model.safetensors");
    return recipe;
  } catch (const FormatError& error) {
    throw FormatError(text(path, ": ", error.what()));
  } catch (const UsageError& error) {
    throw FormatError(text(path, ": ", error.what()));
  } catch (const Json::exception& error) {
    throw FormatError(text(path, " is damaged (", error.what(), ")"));
  }
}

}  // namespace ebb::tools
