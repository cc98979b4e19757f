// Many small images as one picture, a grid or a strip, and one as its own.
#pragma once

#include <string>
#include <tensor/tensor.hpp>

namespace ebb::tools {

// How many images of that width stand side by side: up to 16, fewer where they are large.
std::int64_t grid_columns(std::int64_t width);

// The bytes of a PNG that shows images [n, channels, height, width], values in [0, 1], row by row
// in a grid of `columns`; each pixel as 2 by 2 where the images are small. One channel is gray,
// three are red, green and blue: any other number is an Error. NaN is black.
std::string png_of_grid(const Tensor& images, std::int64_t columns);
// The same side by side, without zoom or gaps: pixel x of image i is pixel i * width + x.
std::string png_of_strip(const Tensor& images);
// The bytes of a PNG of one image [channels, height, width], its pixels as they are.
std::string png_of_image(const Tensor& image);

}  // namespace ebb::tools
