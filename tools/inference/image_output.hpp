// Where images go that a model makes, batch after batch.
#pragma once

#include <memory>
#include <nn/data/dataset.hpp>
#include <string>

namespace ebb::tools {

// Images [n, channels, height, width], values in [0, 1], in one of three forms. All of them appear
// whole or not at all; what is kept of them meanwhile is their labels, and of a picture a row.
class ImageOutput {
 public:
  virtual ~ImageOutput() = default;
  // The next images. All of them have labels, or none has. Throws IoError, Error for images of
  // other channels than 1 and 3, and UsageError for what are no images.
  virtual void add(const nn::Batch& images) = 0;
  // After the last one. Returns a line that says what was written. Throws IoError, and UsageError
  // where something else lies in that place.
  virtual std::string finish() = 0;
};

// For `count` images: by the ending of `out` one .png picture, in rows of `columns` (0: up to 16);
// a .npy file, float32, with labels in NAME.labels.npy beside it; or a folder of files, 00000.png,
// or with its label 00000-7.png: so many digits that names in order are images in order. The folder
// may be there if it is empty.
std::unique_ptr<ImageOutput> open_images(const std::string& out, std::int64_t count,
                                         std::int64_t columns);

// "codes.labels.npy" for "codes.npy", where nn::labels_beside looks for them. Writes the labels
// there; UsageError where there are none, but a file of that name.
void write_labels_beside(const std::string& out, const Tensor& labels);

}  // namespace ebb::tools
