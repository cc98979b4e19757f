// How far is what a model draws from what it learned from?
#pragma once

#include <tools/evaluation/baselines/known_data.hpp>

namespace ebb::tools {

// How many principal components of the training images the distance looks at: 50, or all where
// there are fewer.
std::int64_t components_shown(const PrincipalComponents& components);

// frechet_pca50 of 10,000 draws of x, not of its means, where the model draws. Training images and
// draws are taken as they are, in [0, 1], binarized or not.
void measure_samples(const Subject& subject, const KnownData& known, Progress& progress,
                     nlohmann::ordered_json& figures);

}  // namespace ebb::tools
