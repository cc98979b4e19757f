// The missing cells of a table, filled.
#pragma once

#include <tools/inference/trained.hpp>

namespace ebb::tools {

// The rows of a table with best guesses in place of what is not known, or with draws of it:
// [rows, columns], float64. The same for any number of threads. Throws Interrupted.
Tensor fill_table(const models::TableAutoencoder& model, const nn::Table& table,
                  std::int64_t samples, bool by_chance, const Random& noise);

// Writes what the options say and returns a line about it, and about hidden cells how far off they
// are. Throws UsageError for a model of other data, DataError and IoError.
std::string impute(const InferenceOptions& options, const Trained& trained);

}  // namespace ebb::tools
