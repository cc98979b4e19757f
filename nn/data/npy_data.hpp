// Your own arrays and pictures, in NumPy's files.
#pragma once

#include <nn/data/dataset.hpp>
#include <string>

namespace ebb::nn {

// A .npy file as a dataset; its first axis counts the examples. Bytes (uint8) are pictures: [n,
// height, width], or with 1 or 3 channels [n, channels, height, width] or [n, height, width,
// channels], an ImageDataset. Other arrays are a TensorDataset; float64 becomes float32.
// `labels` is a file of whole numbers [n]: for pictures 0 to 255, for arrays any, or other targets
// [n, …]. Empty: labels_beside(path). Throws FormatError where the files do not fit each other or
// hold no examples, and as read_npy does.
SharedDataset load_npy(const std::string& path, const std::string& labels = {});

// Where the labels of a file are looked for: beside images.npy in images.labels.npy. Empty where
// there is no such file.
[[nodiscard]] std::string labels_beside(const std::string& path);

}  // namespace ebb::nn
