// How far is one word from another? For messages that tell the nearest of what there is.
#pragma once

#include <cstddef>
#include <string_view>

namespace ebb::nn {

// How many letters must be put in, taken out or replaced to make b of a (Levenshtein, 1966).
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace ebb::nn
