// The networks around a code: from an image to numbers, and back to as many numbers for each pixel
// as a likelihood takes.
#pragma once

#include <nn/sequential.hpp>

namespace ebb::models {

struct Networks {
  nn::Layer encoder;  // [n, channels, height, width] to [n, features]
  std::int64_t features;
  nn::Layer decoder;  // a code [n, latent] to what `output` takes
  nn::Layer output;   // and that to [n, numbers channels, height, width], flattened or not
};

struct NetworkOptions {
  Shape image;                               // [channels, height, width]
  std::vector<std::int64_t> hidden;          // widths, or channels, on the way to the code
  std::int64_t latent = 20;                  // what the decoder takes
  std::int64_t numbers = 1;                  // of each pixel that the decoder makes
  std::optional<nn::Layer> activation = {};  // behind each hidden layer; none: ReLU
};

// Linear layers, mirrored on the way back.
Networks dense_networks(const NetworkOptions& options);

// Convolutions of 4x4 pixels with stride 2 and padding 1, each of which halves height and width;
// back by a linear layer and their transposes. Throws ShapeError where nothing is left of an image.
//     {1, 28, 28} and {32, 64}: [1, 28, 28] to [32, 14, 14] to [64, 7, 7], 3136 features
Networks convolutional_networks(const NetworkOptions& options);

}  // namespace ebb::models
