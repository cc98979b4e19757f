// What tools/score makes of scores.
#pragma once

#include <optional>
#include <tools/inference/trained.hpp>
#include <tools/training/scoring/scores.hpp>

namespace ebb::tools {

// Of a row of a table: the cell that makes it odd, that with the least log p(cell|other cells),
// compared with its column's mean over these rows; by how many nats it is below that.
struct OddCell {
  std::string column;
  float nats;
  std::size_t place;  // of the column
};

// Those of rows; none where the model is of other data. Throws Interrupted.
std::vector<OddCell> find_odd_cells(const Recipe& recipe, const PreparedExamples& examples);

// Quantiles 0, 0.001, …, 1 of the strangeness of training examples: those that the run's folder
// keeps from the end of training, or found anew and kept where they are missing or of other
// weights. Throws DataError where the run's data are needed and cannot be read, IoError and
// Interrupted.
std::vector<double> training_quantiles(const std::string& run, const Trained& trained);

// The area under the curve of true against false alarms: how often a stranger score has an example
// of label 1 than one of label 0; a tie counts half. Nothing unless labels are 0 and 1, both of
// them.
std::optional<double> area_under_roc(const std::vector<float>& strangeness,
                                     const std::vector<std::int32_t>& labels);

}  // namespace ebb::tools
