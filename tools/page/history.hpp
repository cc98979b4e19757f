// How pictures of a run became what they are.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace ebb::tools {

// The strips of images in the run's folder history/, of some epochs from the first to the last: as
// they are, as pictures in text. Null where there are none.
nlohmann::ordered_json history_of(const std::string& run);

}  // namespace ebb::tools
