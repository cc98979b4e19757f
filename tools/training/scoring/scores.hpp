// How well does a model know examples?
#pragma once

#include <functional>
#include <tools/training/scoring/prepared_examples.hpp>
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
};

// One draw of the code for each: the same again and again, for any number of threads. Before each
// batch `stop` is called, which may throw. Throws DataError where scores are not finite.
Scores score(
    const Recipe& recipe, const PreparedExamples& examples,
    const std::function<void()>& stop = [] {});

// The quantile between the sorted numbers, as NumPy takes it: on a line between the nearest two.
double quantile(const std::vector<double>& sorted, double part);

// What is scored of a training set: 10,000 examples drawn by the seed, or all of fewer.
nn::SharedDataset scored_part(const nn::SharedDataset& train, std::uint64_t seed);

// Finds the quantiles 0, 0.001, …, 1 of the strangeness of that part, and keeps them in
// training_scores.json in the folder, whose model.safetensors the model has. No quantiles, and no
// such file, where it has no scores. Throws IoError, and as score.
std::vector<double> keep_training_quantiles(
    const std::string& folder, const Recipe& recipe, const nn::SharedDataset& train,
    std::uint64_t seed, const std::function<void()>& stop = [] {});
// Those that the folder keeps; none where they are missing, damaged or of other weights.
std::vector<double> kept_training_quantiles(const std::string& folder);

}  // namespace ebb::tools
