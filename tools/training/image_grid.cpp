#include <algorithm>
#include <nn/files/image.hpp>
#include <tensor/shape.hpp>
#include <tensor/views.hpp>
#include <tools/training/image_grid.hpp>

namespace ebb::tools {

namespace {

constexpr std::int64_t gap = 2, widest_picture = 1024, small = 64;
constexpr std::uint8_t background = 64;

std::int64_t zoom_of(std::int64_t width) { return width <= small ? 2 : 1; }

void check_channels(std::int64_t channels) {
  if (channels != 1 && channels != 3)
    throw Error(text("png: images of ", channels, " channels; a picture has 1 or 3"));
}

std::uint8_t gray(float value) {
  return value > 0 ? static_cast<std::uint8_t>(255 * std::min(value, 1.0f) + 0.5f) : 0;
}

}  // namespace

std::int64_t grid_columns(std::int64_t width) {
  return std::clamp<std::int64_t>(widest_picture / (width * zoom_of(width) + gap), 1, 16);
}

std::string png_of_grid(const Tensor& images, std::int64_t columns) {
  const std::int64_t n = images.size(0), channels = images.size(1), height = images.size(2),
                     width = images.size(3);
  check_channels(channels);
  const std::vector<float> values = images.to_vector<float>();
  const std::int64_t zoom = zoom_of(width), rows = divide_up(n, columns);
  const std::int64_t cell_height = height * zoom + gap, cell_width = width * zoom + gap;
  const std::int64_t full_height = rows * cell_height + gap,
                     full_width = columns * cell_width + gap;
  nn::Image grid{{channels, full_height, full_width}, {}};
  grid.pixels.assign(static_cast<std::size_t>(channels * full_height * full_width), background);
  for (std::int64_t i = 0; i < n * channels; ++i)
    for (std::int64_t y = 0; y < height * zoom; ++y)
      for (std::int64_t x = 0; x < width * zoom; ++x) {
        const std::int64_t cell = i / channels;
        const std::int64_t row = gap + cell / columns * cell_height + y;
        const std::int64_t column = gap + cell % columns * cell_width + x;
        const std::int64_t place = (i % channels * full_height + row) * full_width + column;
        grid.pixels[static_cast<std::size_t>(place)] =
            gray(values[static_cast<std::size_t>((i * height + y / zoom) * width + x / zoom)]);
      }
  return encode_png(grid);
}

std::string png_of_strip(const Tensor& images) {
  return png_of_image(reshape(permute(images, {1, 2, 0, 3}),
                              {images.size(1), images.size(2), images.size(0) * images.size(3)}));
}

std::string png_of_image(const Tensor& image) {
  check_channels(image.size(0));
  nn::Image picture{{image.size(0), image.size(1), image.size(2)}, {}};
  for (const float value : image.to_vector<float>()) picture.pixels.push_back(gray(value));
  return encode_png(picture);
}

}  // namespace ebb::tools
