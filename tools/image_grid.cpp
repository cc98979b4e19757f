#include <algorithm>
#include <tools/image_grid.hpp>

#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#define STBI_WRITE_NO_STDIO
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#include <stb/stb_image_write.h>
#pragma GCC diagnostic pop

namespace {

constexpr std::int64_t zoom = 2, gap = 2;

void append_bytes(void* to, void* bytes, int count) {
  static_cast<std::string*>(to)->append(static_cast<const char*>(bytes),
                                        static_cast<std::size_t>(count));
}

}  // namespace

std::string png_of_grid(const ebb::Tensor& images, std::int64_t height, std::int64_t width,
                        std::int64_t columns) {
  const std::vector<float> values = images.to_vector<float>();
  const std::int64_t rows = (images.size(0) + columns - 1) / columns;
  const std::int64_t cell_height = height * zoom + gap, cell_width = width * zoom + gap;
  const std::int64_t full_height = rows * cell_height + gap,
                     full_width = columns * cell_width + gap;
  std::vector<unsigned char> pixels(static_cast<std::size_t>(full_height * full_width), 64);
  for (std::int64_t i = 0; i < images.size(0); ++i)
    for (std::int64_t y = 0; y < height * zoom; ++y)
      for (std::int64_t x = 0; x < width * zoom; ++x) {
        const float value =
            values[static_cast<std::size_t>((i * height + y / zoom) * width + x / zoom)];
        const std::int64_t row = gap + i / columns * cell_height + y;
        const std::int64_t column = gap + i % columns * cell_width + x;
        pixels[static_cast<std::size_t>(row * full_width + column)] =
            static_cast<unsigned char>(255 * std::clamp(value, 0.0f, 1.0f) + 0.5f);
      }
  std::string png;
  if (!stbi_write_png_to_func(append_bytes, &png, static_cast<int>(full_width),
                              static_cast<int>(full_height), 1, pixels.data(),
                              static_cast<int>(full_width)))
    throw ebb::Error("png: the picture could not be encoded");
  return png;
}
