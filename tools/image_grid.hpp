// Many small gray images as one picture.
#pragma once

#include <string>
#include <tensor/tensor.hpp>

// The bytes of a PNG that shows images [n, height * width], values in [0, 1], row by row in a grid
// of `columns`, each pixel as 2 by 2.
std::string png_of_grid(const ebb::Tensor& images, std::int64_t height, std::int64_t width,
                        std::int64_t columns);
