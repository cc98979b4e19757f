// Images in a page: pictures, and the model itself to play with.
#pragma once

#include <tools/page/kinds/kind.hpp>

namespace ebb::tools {

// Examples stand as one picture of all. Sections: "network" and "history".
std::unique_ptr<PageKind> page_kind(const nn::ImageExample& images);

}  // namespace ebb::tools
