// The missing cells of a table, filled.
#pragma once

#include <tools/inference/trained.hpp>

namespace ebb::tools {

// Writes what the options say and returns a line about it, and about hidden cells how far off they
// are. Throws UsageError for a model of other data, DataError and IoError.
std::string impute(const InferenceOptions& options, const Trained& trained);

}  // namespace ebb::tools
