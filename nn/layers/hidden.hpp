// The hidden layers of a multilayer perceptron.
#pragma once

#include <nn/sequential.hpp>

namespace ebb::nn {

// Linear and ReLU for each of the widths in turn, the first fed by `in`; no widths, no layers.
[[nodiscard]] Sequential hidden_layers(std::int64_t in, const std::vector<std::int64_t>& widths);

}  // namespace ebb::nn
