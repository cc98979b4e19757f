// What the codes of a model are worth.
#pragma once

#include <functional>
#include <tools/evaluation/baselines/known_data.hpp>
#include <tools/evaluation/measures/linear_probe.hpp>

namespace ebb::tools {

// Means of q(z|x), or whatever the model encodes to, of all examples: [n, width], with labels where
// there are some. `encode` goes from a prepared batch to rows.
LabelledCodes collect_codes(const PreparedExamples& examples,
                            const std::function<Tensor(const nn::Batch&)>& encode);

// knn_accuracy and linear_probe_accuracy of codes that `encode` gives, for labelled examples; NaN
// for others, and where the model is told the labels.
struct CodeAccuracy {
  double neighbors, linear_probe;
};
CodeAccuracy code_accuracy(const Subject& subject, const LabelledCodes& train,
                           const LabelledCodes& test);

// accuracy: the share of right labels by the logits of a model that has some, for labelled
// examples.
void measure_accuracy(const Subject& subject, nlohmann::ordered_json& figures);

// kl_per_dimension, active_units, knn_accuracy, linear_probe_accuracy and mutual_information_gap,
// as far as the model and the data have them; and beside "squared_error" that of the images that
// the model makes of its codes. Returns how many numbers a code has, or vectors of a codebook; 0
// for a model without.
std::int64_t measure_codes(const Subject& subject, Progress& progress,
                           nlohmann::ordered_json& figures);

}  // namespace ebb::tools
