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
// Their factors() say what each was drawn from:
//     digit                     0 … 9
//     style                     which of the ways to write this digit: 0, 1, …
//     width                     how far it is stretched across before it is sized, 0.85 … 1.3
//     slant                     its lean to the right: steps across for each step down
//     rotation                  in radians, clockwise
//     size                      of 20 pixels, 0.92 … 1
//     pen                       half the thickness of a stroke, in pixels
//     shift_across, shift_down  of the mean of its points from the middle, in pixels
// Throws Error for a count outside 0 to 10 million.
ImageSplits draw_digits(const DigitsOptions& options = {});

}  // namespace ebb::nn
