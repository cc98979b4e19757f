// Which files in a folder are its images.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ebb::nn {

struct [[nodiscard]] ImageFiles {
  std::vector<std::string> names;     // relative to the folder: "a.png", or "cats/a.png"
  std::vector<std::int32_t> labels;   // of each, or none at all
  std::vector<std::string> classes;   // their names
  std::vector<std::string> left_out;  // names of other files
};

// Lists a folder as ImageFolder's comment says. Throws FormatError for one without images, or with
// images beside folders of images; IoError.
ImageFiles list_image_files(const std::string& folder);

// Does it hold an image, or one of its folders? No error is thrown.
bool holds_image_files(const std::string& folder);

}  // namespace ebb::nn
