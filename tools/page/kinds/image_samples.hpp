// New images of a model, and what they are near to.
#pragma once

#include <tools/page/opened.hpp>

namespace ebb::tools {

// New images, by the run's seed; where the data are there, the training image nearest to each, how
// far that is (the root of the squared distance), and how far it is of as many test images. Null
// where the model draws none.
nlohmann::ordered_json image_samples(const OpenedRun& run);

}  // namespace ebb::tools
