// The model of a run that has ended, or is still under way.
#pragma once

#include <string>
#include <tools/training/recipe.hpp>

namespace ebb::tools {

// Reads config.json and model.safetensors in the run's folder: a recipe, built and loaded, without
// the data that it learned from. Throws IoError and FormatError.
//     const std::unique_ptr<Recipe> recipe = open_run("runs/vae-1");
std::unique_ptr<Recipe> open_run(const std::string& folder);

// What config.json in the run's folder says. Throws IoError and FormatError.
nlohmann::ordered_json config_of_run(const std::string& folder);

}  // namespace ebb::tools
