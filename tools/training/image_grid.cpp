#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <tensor/shape.hpp>
#include <tools/training/image_grid.hpp>

namespace {

// stb_image_write compresses with this: its own compression makes pictures a third larger.
unsigned char* compress_with_zlib(unsigned char* bytes, int count, int* compressed, int) {
  uLongf size = compressBound(static_cast<uLong>(count));
  const auto out = static_cast<unsigned char*>(std::malloc(size));  // stb frees it
  if (out == nullptr) return nullptr;
  if (compress2(out, &size, bytes, static_cast<uLong>(count), Z_BEST_COMPRESSION) != Z_OK) {
    std::free(out);
    return nullptr;
  }
  *compressed = static_cast<int>(size);
  return out;
}

}  // namespace

#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#define STBI_WRITE_NO_STDIO
#define STBIW_ZLIB_COMPRESS compress_with_zlib
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#include <stb/stb_image_write.h>
#pragma GCC diagnostic pop

namespace ebb::tools {

namespace {

constexpr std::int64_t gap = 2, widest_picture = 1024, small = 64;
constexpr unsigned char background = 64;

std::int64_t zoom_of(std::int64_t width) { return width <= small ? 2 : 1; }

unsigned char gray(float value) {
  return value > 0 ? static_cast<unsigned char>(255 * std::min(value, 1.0f) + 0.5f) : 0;
}

void append_bytes(void* to, void* bytes, int count) {
  static_cast<std::string*>(to)->append(static_cast<const char*>(bytes),
                                        static_cast<std::size_t>(count));
}

}  // namespace

std::int64_t grid_columns(std::int64_t width) {
  return std::clamp<std::int64_t>(widest_picture / (width * zoom_of(width) + gap), 1, 16);
}

std::string png_of_grid(const Tensor& images, std::int64_t columns) {
  const std::int64_t n = images.size(0), channels = images.size(1), height = images.size(2),
                     width = images.size(3);
  if (channels != 1 && channels != 3)
    throw Error(text("png: images of ", channels, " channels; a picture has 1 or 3"));
  const std::vector<float> values = images.to_vector<float>();
  const std::int64_t zoom = zoom_of(width), rows = divide_up(n, columns);
  const std::int64_t cell_height = height * zoom + gap, cell_width = width * zoom + gap;
  const std::int64_t full_height = rows * cell_height + gap,
                     full_width = columns * cell_width + gap;
  std::vector<unsigned char> pixels(static_cast<std::size_t>(full_height * full_width * channels),
                                    background);
  for (std::int64_t i = 0; i < n * channels; ++i)
    for (std::int64_t y = 0; y < height * zoom; ++y)
      for (std::int64_t x = 0; x < width * zoom; ++x) {
        const std::int64_t cell = i / channels;
        const std::int64_t row = gap + cell / columns * cell_height + y;
        const std::int64_t column = gap + cell % columns * cell_width + x;
        pixels[static_cast<std::size_t>((row * full_width + column) * channels + i % channels)] =
            gray(values[static_cast<std::size_t>((i * height + y / zoom) * width + x / zoom)]);
      }
  std::string png;
  if (!stbi_write_png_to_func(append_bytes, &png, static_cast<int>(full_width),
                              static_cast<int>(full_height), static_cast<int>(channels),
                              pixels.data(), static_cast<int>(full_width * channels)))
    throw Error("png: the picture could not be encoded");
  return png;
}

}  // namespace ebb::tools
