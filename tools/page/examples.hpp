// How the model does on single test examples.
#pragma once

#include <tools/page/opened.hpp>

namespace ebb::tools {

// The test images on the page, as the model sees them: one picture of all, with their labels.
nlohmann::ordered_json images_of(const OpenedRun& run);

// The test images that the model knows best, those in the middle and those that it knows least,
// each with what it makes of them; means and standard errors over each class; and over all. Null
// where the model gives no numbers of single examples.
nlohmann::ordered_json examples_of(const OpenedRun& run);

}  // namespace ebb::tools
