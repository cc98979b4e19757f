// What kind of examples a model was built for.
#pragma once

#include <nlohmann/json.hpp>
#include <nn/data/dataset.hpp>

namespace ebb::tools {

// What these are called: "images", "texts", "rows", "examples".
const char* name_of(const nn::Examples& examples);

// The examples that a model was built for, as config.json holds them. examples_from reads them
// back; it throws FormatError.
nlohmann::ordered_json to_json(const nn::Examples& examples);
nn::Examples examples_from(const nlohmann::ordered_json& config);

}  // namespace ebb::tools
