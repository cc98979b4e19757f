// The model of a run that has ended, or is still under way.
#pragma once

#include <string>
#include <tools/training/recipe.hpp>

namespace ebb::tools {

// Reads config.json and model.safetensors in the run's folder: a recipe, built and loaded, without
// the data that it learned from. Throws IoError and FormatError.
//     const std::unique_ptr<Recipe> recipe = open_run("runs/vae-1");
std::unique_ptr<Recipe> open_run(const std::string& folder);

// Throws FormatError where a config.json holds a key that is neither an option of its model nor
// something that a run notes: then an option may be missing here that changes what it means. (A key
// that is missing there is an option that came later, and has its default.)
void require_known_keys(const nlohmann::ordered_json& config, Recipe& recipe);

// What config.json in the run's folder says. Throws IoError and FormatError.
nlohmann::ordered_json config_of_run(const std::string& folder);

}  // namespace ebb::tools
