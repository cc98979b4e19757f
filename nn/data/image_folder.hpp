// Your own pictures: a folder of PNG and JPEG files.
#pragma once

#include <cstdint>
#include <memory>
#include <nn/data/dataset.hpp>
#include <string>
#include <vector>

namespace ebb::nn {

struct ImageFolderOptions {
  std::int64_t height = 0, width = 0;  // of each picture in a batch; 0: all files have one size
  bool crop = false;                   // cut the middle out, rather than stretch the picture
  bool gray = false;                   // one channel, whatever the files have
  std::uint64_t memory = std::uint64_t{1} << 30;  // bytes that pixels may take
};

// The files that end in .png, .jpg or .jpeg, in the order of their names as bytes. Where there are
// none, those of its folders, each of which is a class: their names in order are labels 0, 1, …
// Folders in these, and what begins with a dot, are not looked at. The files may have any sizes if
// height and width are given; with `crop` a picture keeps its proportions, else it is stretched
// (nn/data/resize.hpp). One channel where all files are gray, else three.
//
// All files are looked at at once, so that a broken one is named before anything begins, with its
// path: the first in order (a PNG that has another number of pixels than its header declares, when
// it is decoded). Where the pixels take more than `memory` bytes, only the first images
// are kept, and gather decodes what it is asked for of the others, on the thread that asks;
// LoaderOptions::prefetch gives it one of its own. Batches have the same bits either way: inputs as
// in ImageDataset, targets int32. Copies share everything.
//
// Throws FormatError for a broken image, sizes that differ without `height`, and a folder without
// images, or with images beside folders of images; IoError; gather throws both where a file
// changed.
class [[nodiscard]] ImageFolder final : public Dataset {
 public:
  explicit ImageFolder(const std::string& folder, const ImageFolderOptions& options = {});

  std::int64_t count() const override;
  Batch gather(std::span<const std::int64_t> indices) const override;
  Examples examples() const override;

  const std::vector<std::string>& classes() const&;   // their names; none without labels
  const std::vector<std::string>& files() const&;     // relative to the folder, in order
  const std::vector<std::string>& left_out() const&;  // files that end in something else
  void classes() const&& = delete;                    // of a temporary: gone already
  void files() const&& = delete;
  void left_out() const&& = delete;
  bool in_memory() const;       // all of them
  std::uint64_t bytes() const;  // of all files

  // Of all files: the SHA-256 of a line for each, "SHA-256 of its bytes, two blanks, its name", as
  // sha256sum prints them.
  const std::string& sha256() const&;
  void sha256() const&& = delete;

  // Does the folder, or one of its folders, hold a file that ends like an image?
  static bool is_one(const std::string& folder);

 private:
  struct Contents;
  std::shared_ptr<const Contents> contents_;
};

}  // namespace ebb::nn
