// The ten digits as a seeded hand writes them: something to learn from where no data set is at
// hand.
#pragma once

#include <cstdint>
#include <nn/data/images.hpp>

namespace ebb::nn {

struct DigitsOptions {
  std::int64_t train = 10'000;
  std::int64_t test = 2'000;
  std::uint64_t seed = 0;
};

// Pictures in MNIST's form, 28 by 28 with the digit in the middle 20 by 20, ink 255 on 0: ten
// labels, equally often, in mixed order. Styles, shift, size, slant, rotation, thickness and pen
// vary. The same options give the same pictures, whatever the threads do.
//     const auto [train, test] = draw_digits({.train = 60'000, .seed = 7});
// Throws Error for a count outside 0 to 10 million.
ImageSplits draw_digits(const DigitsOptions& options = {});

}  // namespace ebb::nn
