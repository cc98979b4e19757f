// What the pictures of a run show: the same images of the test set and the same noise each time, so
// that those of two epochs compare.
#pragma once

#include <tools/training/run.hpp>

namespace ebb::tools {

// How wide the examples' images are; 0 where examples are no images.
std::int64_t image_width(const Run& run);

// Images [n, channels, height, width], or what the examples are; no numbers where the model makes
// none.
struct Reconstructions {
  Tensor originals;  // the first of the test set, as the model sees them
  Tensor again;      // what it makes of them
};
Reconstructions reconstruct_some(const Run& run, std::int64_t count);
// The first examples of the test set and their codes; no numbers where the model has none.
struct Encoded {
  Tensor originals, codes;
};
Encoded encode_some(const Run& run, std::int64_t count);
Tensor sample_some(const Run& run, std::int64_t count);

}  // namespace ebb::tools
