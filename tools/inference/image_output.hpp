// Images that a model makes, as files.
#pragma once

#include <memory>
#include <tools/inference/example_output.hpp>

namespace ebb::tools {

// For `count` images [n, channels, height, width], values in [0, 1]: by the ending of `out` one
// .png picture, in rows of `columns` (0: up to 16); a .npy file, float32, with labels in
// NAME.labels.npy beside it; or a folder of files, 00000.png, or with its label 00000-7.png: so
// many digits that names in order are images in order. The folder may be there if it is empty. What
// is kept of them meanwhile is their labels, and of a picture a row. Images of other channels than
// 1 and 3 are an Error, what are no images a UsageError.
std::unique_ptr<ExampleOutput> open_images(const std::string& out, std::int64_t count,
                                           std::int64_t columns);

// "codes.labels.npy" for "codes.npy", where nn::labels_beside looks for them. Writes the labels
// there; UsageError where there are none, but a file of that name.
void write_labels_beside(const std::string& out, const Tensor& labels);

}  // namespace ebb::tools
