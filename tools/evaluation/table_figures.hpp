// What a model of rows says of cells, beside what is known without it.
#pragma once

#include <string>
#include <tools/evaluation/subject.hpp>
#include <vector>

namespace ebb::tools {

// nats_per_column: E_q log p(cell|z) in the mean over the rows in which the column is known.
// bits_per_row: -bound / log 2, or -elbo where there is none, where all columns are discrete,
// beside bzip2 of the file. imputation: how far hidden cells are off, for the model, for means and
// modes, and for one and ten Gaussians by EM. Hidden are those of --missing, in all rows, else a
// fifth of the known cells of the test rows, by chance. The same for any number of threads.
void measure_table(const Subject& subject, Progress& progress, nlohmann::ordered_json& figures);

// The lines that a person reads of these.
std::vector<std::string> lines_about_table(const nlohmann::ordered_json& figures);

}  // namespace ebb::tools
