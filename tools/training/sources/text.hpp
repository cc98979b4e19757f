// A text file that a run can learn from.
#pragma once

#include <tools/training/sources.hpp>

namespace ebb::tools {

// Reads the text that the options name. The vocabulary is that of the lines to train on, unless the
// options know one. Throws as read_source.
Source read_text_source(const TrainOptions& options);
Source draw_text_source(const TrainOptions& options);  // sentences, with a test set

// How texts are cut, as config.json holds it, and back: throws FormatError.
nlohmann::ordered_json to_json(const nn::TextExample& texts);
nn::TextExample text_from(const nlohmann::ordered_json& json);

}  // namespace ebb::tools
