// The picture of a sweep: how large should it be?
#pragma once

#include <tools/sweeps/summary.hpp>

namespace ebb::tools {

// One above the other, against size: the error on test examples, with that of principal components
// of the same number; the bound; the active units, with a line where all of them are. Means of the
// seeds, with bars of a deviation. The size is "latent", where that was swept, else the first
// option: on an axis of equal factors where its values are numbers. Other swept options are lines
// of their own, told apart by marks, dashes and names. Where the size is "latent", a line marks
// half the numbers of an example.
std::string draw(const Summary& summary, const std::string& model);

}  // namespace ebb::tools
