// Pictures of any size as pictures of one size.
#pragma once

#include <nn/files/image.hpp>

namespace ebb::nn {

// The picture, [channels, height, width], stretched to another height and width. Each new pixel is
// a mean of the old ones around its place, by a triangle as wide as two new or two old pixels,
// whichever is more, so that nothing is missed where it becomes smaller. The same bytes as Pillow's
// Image.resize(…, BILINEAR). Throws Error for a length below 1.
Image resize(Image image, std::int64_t height, std::int64_t width);

// The largest part in the middle whose height is to its width as the two given, up to a pixel.
Image crop(Image image, std::int64_t height, std::int64_t width);

// In one channel, gray: 0.299 red + 0.587 green + 0.114 blue, as Pillow's convert("L"); or in
// three, each of which is the gray. A picture that has as many channels already stays as it is.
// Throws Error for another number of channels than 1 or 3.
Image with_channels(Image image, std::int64_t channels);

}  // namespace ebb::nn
