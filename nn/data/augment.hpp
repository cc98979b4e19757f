// Pictures changed by chance, so that a model sees more of them than there are.
#pragma once

#include <nn/data/dataset.hpp>
#include <span>
#include <tensor/random.hpp>

namespace ebb::nn {

struct Augmentation {
  bool shift = false;  // by up to an eighth of height and width, in whole pixels
  bool flip = false;   // left becomes right, every other time
  bool crop = false;   // a part of 4/5 to all of height and width, stretched to the whole
  bool noise = false;  // to each value a normal number of deviation 0.05 is added

  bool any() const { return shift || flip || crop || noise; }
};

// The pictures [n, channels, height, width] of a batch, whose numbers in their dataset are
// `indices`, each changed in the ways that are set. What is drawn for a picture follows from
// `random` and its number alone, whichever batch it is in. Beyond the edge its pixels repeat;
// values stay in [0, 1]. Throws ShapeError for other inputs.
Batch augment(Batch batch, std::span<const std::int64_t> indices, const Random& random,
              const Augmentation& ways);

}  // namespace ebb::nn
