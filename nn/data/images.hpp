// Pictures to learn from: gray pixels that stay bytes, and a label for each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <tensor/error.hpp>
#include <vector>

namespace ebb::nn {

// A finite number of pictures of one size in memory. Copying copies a handle; nothing changes the
// pixels, so any thread may read them.
class [[nodiscard]] ImageDataset final {
 public:
  ImageDataset() = default;  // no pictures

  // Pixels [count, height, width], row-major, 0 is background and 255 ink; a label per picture, or
  // none at all. Throws ShapeError when they do not fit each other.
  ImageDataset(std::vector<std::uint8_t> pixels, std::vector<std::uint8_t> labels,
               std::int64_t height, std::int64_t width);

  std::int64_t count() const { return count_; }
  std::int64_t height() const { return height_; }
  std::int64_t width() const { return width_; }
  std::int64_t image_size() const { return height_ * width_; }

  // Views into the pixels and labels, which live as long as a handle to them does.
  std::span<const std::uint8_t> pixels() const&;               // all, [count, height, width]
  std::span<const std::uint8_t> labels() const&;               // all, [count]; empty without labels
  std::span<const std::uint8_t> image(std::int64_t i) const&;  // one, [height, width]
  void pixels() const&& = delete;                              // of a temporary: gone already
  void labels() const&& = delete;
  void image(std::int64_t i) const&& = delete;

  [[nodiscard]] int label(std::int64_t i) const;  // throws Error without labels

  // The first n pictures; shares the pixels. Throws Error unless 0 <= n <= count.
  ImageDataset first(std::int64_t n) const;

 private:
  struct Contents {
    std::vector<std::uint8_t> pixels, labels;
  };
  void check_index(const char* operation, std::int64_t i) const;

  std::shared_ptr<const Contents> contents_;
  std::int64_t count_ = 0, height_ = 0, width_ = 0;
};

struct [[nodiscard]] ImageSplits {
  ImageDataset train, test;
};

}  // namespace ebb::nn
