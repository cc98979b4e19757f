// Do codes lie beside codes of their own class?
#pragma once

#include <tensor/tensor.hpp>

namespace ebb::tools {

// Codes and their labels.
struct LabelledCodes {
  Tensor codes;   // [n, d], float32
  Tensor labels;  // [n], int32, in [0, classes)
};

// The share of `test` whose label is the one that most of its k nearest of `train` have, by
// Euclidean distance: from 0 to 1. Of labels equally frequent the smallest counts. Throws
// ShapeError where the codes' widths differ or `train` holds fewer than k.
double neighbor_accuracy(const LabelledCodes& train, const LabelledCodes& test, std::int64_t k = 5);

}  // namespace ebb::tools
