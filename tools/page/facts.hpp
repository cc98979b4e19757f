// What a run is, in words and figures.
#pragma once

#include <tools/page/opened.hpp>

namespace ebb::tools {

// The command that makes the same run again: the options that are not what they are by default.
std::string command_of(const nlohmann::ordered_json& config);

// The model, what its figures are called, config.json, evaluation.json (null: there is none), the
// command to repeat the run and the weights' SHA-256.
nlohmann::ordered_json facts_of(const OpenedRun& run);

}  // namespace ebb::tools
