// Images as a folder of files.
#pragma once

#include <nn/data/dataset.hpp>
#include <string>

namespace ebb::tools {

// Writes images [n, channels, height, width], values in [0, 1], as 00000.png, 00001.png, …, or with
// their labels as 00000-7.png, …: so many digits that names in order are images in order. The
// folder appears with all of them or not at all, in place of an empty one if there is one. Throws
// IoError, UsageError where something else lies there, and Error for images of other channels than
// 1 and 3.
void write_image_files(const std::string& folder, const nn::Batch& images);

}  // namespace ebb::tools
