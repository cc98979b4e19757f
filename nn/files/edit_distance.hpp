// How far is one word from another? For messages that suggest the nearest known name.
#pragma once

#include <cstddef>
#include <string_view>

namespace ebb::nn {

// How many letters must be inserted, removed or replaced to turn a into b (Levenshtein, 1966).
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace ebb::nn
