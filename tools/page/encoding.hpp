// Numbers and pictures as text, to stand in a page.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <tensor/tensor.hpp>
#include <vector>

namespace ebb::tools {

// Numbers as 16-bit integers times one scale: {"scale": …, "int16": base64 of little-endian bytes}.
// They are off by at most half the scale, a 65,534th of the largest. What is not finite becomes 0.
nlohmann::ordered_json packed(const std::vector<float>& numbers);

// Numbers as a page shows them, in so many digits; what is not finite becomes null.
nlohmann::ordered_json rounded(const std::vector<double>& numbers, int digits);
nlohmann::ordered_json rounded(double number, int digits);

// The text in UTF-8; where it has more than so many bytes, the letters that fit into them and "…".
std::string cut(const std::string& text, std::size_t most_bytes);

// Images [n, channels, height, width], values in [0, 1], side by side in one picture without gaps:
// {"columns": …, "count": n, "shape": [channels, height, width], "png": "data:image/png;base64,…"}.
// One channel is gray, three are red, green and blue.
nlohmann::ordered_json sprite(const Tensor& images);

// Images whose sides are a whole number of times smaller, so that the longer one has at most 96
// pixels: each is the mean of those that it stands for. Smaller images are returned as they are.
Tensor shrunk(const Tensor& images);

}  // namespace ebb::tools
