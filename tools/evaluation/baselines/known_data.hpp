// What is known of the data without the model.
#pragma once

#include <optional>
#include <tools/evaluation/baselines/principal_components.hpp>
#include <tools/evaluation/subject.hpp>

namespace ebb::tools {

struct KnownData {
  bool binary = false;  // does the model see zeros and ones?
  Moments train, test;  // as the model sees them
  PrincipalComponents components;
  Moments original;  // of the training images as they are
  PrincipalComponents original_components;
};

// Nothing for examples of more than 4,096 numbers, whose covariances take too much memory, and for
// fewer than two to learn from.
std::optional<KnownData> know(const Subject& subject, Progress& progress);

// What principal components reach with codes of that width, beside knn_accuracy,
// linear_probe_accuracy, the bound of a density, and "squared_error".
void add_code_references(const Subject& subject, const KnownData& known, std::int64_t width,
                         nlohmann::ordered_json& figures);
// What independent pixels, xz and bzip2 reach, beside bound (for a cross entropy: distortion) and
// bits_per_dimension.
void add_likelihood_references(const Subject& subject, const KnownData& known,
                               nlohmann::ordered_json& figures);
// What test images, principal components of that width and independent pixels reach, beside
// frechet_pca50.
void add_sample_references(const Subject& subject, const KnownData& known, std::int64_t width,
                           nlohmann::ordered_json& figures);

}  // namespace ebb::tools
