#include <nn/data/images.hpp>
#include <tensor/error.hpp>
#include <utility>

namespace ebb::nn {

ImageDataset::ImageDataset(std::vector<std::uint8_t> pixels, std::vector<std::uint8_t> labels,
                           std::int64_t height, std::int64_t width)
    : height_(height), width_(width) {
  constexpr std::int64_t longest_side = 1 << 24;  // keeps the product from overflowing
  if (height < 1 || width < 1 || height > longest_side || width > longest_side)
    throw ShapeError(
        text("images: ", height, " by ", width, " is no size of a picture; try 1 or more each"));
  const auto bytes = static_cast<std::int64_t>(pixels.size());
  if (bytes % image_size() != 0)
    throw ShapeError(text("images: ", bytes, " pixels are no whole number of pictures of ", height,
                          " by ", width, "; check height and width"));
  count_ = bytes / image_size();
  if (!labels.empty() && static_cast<std::int64_t>(labels.size()) != count_)
    throw ShapeError(text("images: ", labels.size(), " labels for ", count_,
                          " pictures; give one for each, or none"));
  contents_ = std::make_shared<const Contents>(Contents{std::move(pixels), std::move(labels)});
}

std::span<const std::uint8_t> ImageDataset::pixels() const& {
  if (!contents_) return {};
  return {contents_->pixels.data(), static_cast<std::size_t>(count_ * image_size())};
}

std::span<const std::uint8_t> ImageDataset::labels() const& {
  if (!contents_ || contents_->labels.empty()) return {};
  return {contents_->labels.data(), static_cast<std::size_t>(count_)};
}

std::span<const std::uint8_t> ImageDataset::image(std::int64_t i) const& {
  check_index("image", i);
  const auto size = static_cast<std::size_t>(image_size());
  return pixels().subspan(static_cast<std::size_t>(i) * size, size);
}

int ImageDataset::label(std::int64_t i) const {
  check_index("label", i);
  if (labels().empty())
    throw Error(text("label: picture ", i, " has no label; give them when you make the set"));
  return labels()[static_cast<std::size_t>(i)];
}

ImageDataset ImageDataset::first(std::int64_t n) const {
  if (n < 0 || n > count_)
    throw Error(text("first: ", n, " pictures of ", count_, "; try 0 to ", count_));
  ImageDataset part = *this;
  part.count_ = n;
  return part;
}

void ImageDataset::check_index(const char* operation, std::int64_t i) const {
  if (i < 0 || i >= count_)
    throw Error(text(operation, ": picture ", i, " of ", count_, "; they count from 0"));
}

}  // namespace ebb::nn
