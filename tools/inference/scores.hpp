// How well does a model know examples?
#pragma once

#include <optional>
#include <tools/inference/trained.hpp>
#include <vector>

namespace ebb::tools {

// What a model says of each example; a list that the model has no numbers for is empty.
struct Scores {
  std::vector<float> bound;           // of log p(x), nats
  std::vector<float> reconstruction;  // -log p(x|z), nats; without a likelihood the mean square
  std::vector<float> kl;              // nats
  // The larger, the stranger: -bound, reconstruction + kl where that is no bound, or the mean
  // square.
  std::vector<float> strangeness;
  std::vector<std::int32_t> labels;  // empty: none
  // Of rows of a table: the cell that made each odd, that with the least log p(cell|other cells),
  // compared with its column's mean over these rows; by how many nats it is below that.
  struct OddCell {
    std::string column;
    float nats;
  };
  std::vector<OddCell> odd_cells;
};

// One draw of the code for each: the same again and again, for any number of threads. Throws
// UsageError for a model that has no such numbers, DataError where they are not finite, and
// Interrupted.
Scores score(const Recipe& recipe, const PreparedExamples& examples);

// The odd cells of rows; none where the model is of other data. Throws as score.
std::vector<Scores::OddCell> find_odd_cells(const Recipe& recipe, const PreparedExamples& examples);

// The quantile between the sorted numbers, as NumPy takes it: on a line between the nearest two.
double quantile(const std::vector<double>& sorted, double part);

// Quantiles 0, 0.001, …, 1 of the strangeness of the training examples. They are kept in
// training_scores.json in the run's folder, and found anew where that is missing or of other
// weights. Throws DataError where the run's data are needed and cannot be read, and IoError.
std::vector<double> training_quantiles(const std::string& run, const Trained& trained);

// The area under the curve of true against false alarms: how often a stranger score has an example
// of label 1 than one of label 0; a tie counts half. Nothing unless labels are 0 and 1, both of
// them.
std::optional<double> area_under_roc(const std::vector<float>& strangeness,
                                     const std::vector<std::int32_t>& labels);

}  // namespace ebb::tools
