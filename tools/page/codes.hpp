// What the codes of a model look like.
#pragma once

#include <tools/page/opened.hpp>

namespace ebb::tools {

// Of the codes of test examples: the means of those on the page, KL per dimension, variances,
// histograms, correlations, principal components and the means of classes. Dimensions stand in the
// order of their KL, or their variance where there is none, the largest first ("order"). Of a
// codebook: how often each vector is used, too. Null for a model that has no codes.
nlohmann::ordered_json codes_of(const OpenedRun& run);

}  // namespace ebb::tools
