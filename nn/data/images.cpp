#include <algorithm>
#include <nn/data/images.hpp>
#include <tensor/machine/bytes.hpp>
#include <tensor/makers.hpp>
#include <tensor/parts.hpp>
#include <tensor/views.hpp>
#include <utility>

namespace ebb::nn {
namespace {

Tensor gather_labels(std::span<const std::uint8_t> labels, std::span<const std::int64_t> indices) {
  if (labels.empty()) return {};
  Tensor y = empty({static_cast<std::int64_t>(indices.size())}, DType::int32);
  std::int32_t* to = y.writable_data<std::int32_t>();
  for (std::int64_t i : indices) *to++ = labels[static_cast<std::size_t>(i)];
  return y;
}

}  // namespace

ImageDataset::ImageDataset(std::vector<std::uint8_t> pixels, std::vector<std::uint8_t> labels,
                           std::int64_t height, std::int64_t width, std::int64_t channels)
    : channels_(channels), height_(height), width_(width) {
  const std::int64_t largest = std::max({channels, height, width});
  constexpr std::int64_t longest_side = 1 << 20;  // keeps the product from overflowing
  if (std::min({channels, height, width}) < 1 || largest > longest_side)
    throw ShapeError(text("images: ", examples().shape(), " is no size of a picture; try 1 to ",
                          longest_side, " channels, rows and columns"));
  const auto bytes = static_cast<std::int64_t>(pixels.size());
  if (bytes % image_size() != 0)
    throw ShapeError(text("images: ", bytes, " pixels are no whole number of pictures of ",
                          examples().shape(), "; check height, width and channels"));
  count_ = bytes / image_size();
  if (!labels.empty() && static_cast<std::int64_t>(labels.size()) != count_)
    throw ShapeError(text("images: ", labels.size(), " labels for ", count_,
                          " pictures; give one for each, or none"));
  const std::int64_t classes = labels.empty() ? 0 : *std::ranges::max_element(labels) + 1;
  contents_ =
      std::make_shared<const Contents>(Contents{std::move(pixels), std::move(labels), classes});
}

Batch ImageDataset::gather(std::span<const std::int64_t> indices) const {
  detail::check_indices("images", indices, count_);
  const Tensor rows = gather_bytes(pixels(), image_size(), indices, 1 / 255.0f);
  return {.inputs = reshape(rows, {rows.size(0), channels_, height_, width_}),
          .targets = gather_labels(labels(), indices)};
}

Examples ImageDataset::examples() const {
  return {ImageExample{channels_, height_, width_}, contents_ ? contents_->classes : 0};
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

ImageDataset ImageDataset::binarized() const {
  const auto all = pixels();
  std::vector<std::uint8_t> sharp(all.begin(), all.end());
  for (std::uint8_t& ink : sharp) ink = ink > 127 ? 255 : 0;
  ImageDataset found = *this;
  if (contents_)
    found.contents_ = std::make_shared<const Contents>(
        Contents{std::move(sharp), contents_->labels, contents_->classes});
  return found;
}

ImageDataset ImageDataset::with_factors(Factors factors) const {
  const Shape shape = {count_, static_cast<std::int64_t>(factors.names.size())};
  if (factors.values.shape() != shape)
    throw ShapeError(text("images: factors ", factors.values.shape(), " for ", count_,
                          " pictures and ", factors.names.size(), " names; try ", shape));
  ImageDataset same = *this;
  same.factors_ = std::make_shared<const Factors>(std::move(factors));
  return same;
}

Factors ImageDataset::factors() const {
  if (!factors_) return {};
  return {slice(factors_->values, 0, 0, count_), factors_->names};
}

void ImageDataset::check_index(const char* operation, std::int64_t i) const {
  if (i < 0 || i >= count_)
    throw Error(text(operation, ": picture ", i, " of ", count_, "; they count from 0"));
}

}  // namespace ebb::nn
