// Pictures to learn from: pixels that stay bytes, and a label for each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <nn/data/dataset.hpp>
#include <span>
#include <string>
#include <vector>

namespace ebb::nn {

// What each picture was made from, where that is known: a number per picture and name.
struct [[nodiscard]] Factors {
  Tensor values;                   // [count, names.size()], float32
  std::vector<std::string> names;  // {"digit", "slant", …}
};

// A finite number of pictures of one size in memory. Copying copies a handle; nothing changes the
// pixels, so any thread may read them. In a batch inputs are float32 [n, channels, height, width],
// 0 for a byte of 0 and 1 for 255; targets are the labels, int32 [n], or without a value.
class [[nodiscard]] ImageDataset final : public Dataset {
 public:
  ImageDataset() = default;  // no pictures

  // Pixels [count, channels, height, width], row-major, 0 is background and 255 ink; a label per
  // picture, or none at all. Throws ShapeError when they do not fit each other.
  ImageDataset(std::vector<std::uint8_t> pixels, std::vector<std::uint8_t> labels,
               std::int64_t height, std::int64_t width, std::int64_t channels = 1);

  std::int64_t count() const override { return count_; }
  Batch gather(std::span<const std::int64_t> indices) const override;
  // The largest label decides how many classes there are; first(n) has as many as the whole set.
  Examples examples() const override;

  std::int64_t channels() const { return channels_; }
  std::int64_t height() const { return height_; }
  std::int64_t width() const { return width_; }
  std::int64_t image_size() const { return channels_ * height_ * width_; }

  // Views into the pixels and labels, which live as long as a handle to them does.
  std::span<const std::uint8_t> pixels() const&;               // all, [count, image_size]
  std::span<const std::uint8_t> labels() const&;               // all, [count]; empty without labels
  std::span<const std::uint8_t> image(std::int64_t i) const&;  // one, [channels, height, width]
  void pixels() const&& = delete;                              // of a temporary: gone already
  void labels() const&& = delete;
  void image(std::int64_t i) const&& = delete;

  [[nodiscard]] int label(std::int64_t i) const;  // throws Error without labels

  // The first n pictures; shares the pixels. Throws Error unless 0 <= n <= count.
  ImageDataset first(std::int64_t n) const;

  // The same pictures of zeros and ones: 255 where more than half is ink, else 0. A Bernoulli
  // likelihood has a probability for these; for gray pixels it has none.
  ImageDataset binarized() const;

  // The same pictures and what they were made from. Throws ShapeError unless there is a row for
  // each picture and a column for each name.
  ImageDataset with_factors(Factors factors) const;
  Factors factors() const;  // of these pictures; values has no value where they are unknown

 private:
  struct Contents {
    std::vector<std::uint8_t> pixels, labels;
    std::int64_t classes;
  };
  void check_index(const char* operation, std::int64_t i) const;

  std::shared_ptr<const Contents> contents_;
  std::shared_ptr<const Factors> factors_;
  std::int64_t count_ = 0, channels_ = 1, height_ = 0, width_ = 0;
};

struct [[nodiscard]] ImageSplits {
  ImageDataset train, test;
};

}  // namespace ebb::nn
