#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <nn/files/file.hpp>
#include <nn/files/image.hpp>
#include <nn/files/image_format.hpp>
#include <nn/files/jpeg_format.hpp>
#include <nn/files/png_format.hpp>
#include <tensor/error.hpp>

namespace {

// stb_image is made for images that one trusts. Here it gets memory from a budget that follows from
// the image's size, and zlib unpacks for it: exactly as many bytes as the size asks for.
struct Decoding {
  std::size_t budget = 0;       // bytes that may still be taken
  std::uint64_t raw_bytes = 0;  // that a PNG's data must unpack to
  bool out_of_memory = false;   // the system's, not the budget
  bool unpacked = true;         // as many
};
thread_local Decoding decoding;

constexpr std::size_t before = alignof(std::max_align_t);  // room for a block's length

// Zeros, so that a part that a damaged file leaves out is the same in every run.
void* take(std::size_t bytes) {
  if (bytes > decoding.budget) return nullptr;
  char* const block = static_cast<char*>(std::calloc(1, before + bytes));
  if (!block) {
    decoding.out_of_memory = true;
    return nullptr;
  }
  decoding.budget -= bytes;
  std::memcpy(block, &bytes, sizeof bytes);
  return block + before;
}

std::size_t length_of(const void* data) {
  std::size_t bytes;
  std::memcpy(&bytes, static_cast<const char*>(data) - before, sizeof bytes);
  return bytes;
}

void give_back(void* data) {
  if (!data) return;
  decoding.budget += length_of(data);
  std::free(static_cast<char*>(data) - before);
}

void* take_again(void* data, std::size_t bytes) {
  void* const larger = take(bytes);
  if (!larger || !data) return larger;
  std::memcpy(larger, data, std::min(bytes, length_of(data)));
  give_back(data);
  return larger;
}

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

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_NO_STDIO
#define STBI_NO_ZLIB
#define STBI_NO_FAILURE_STRINGS
#define STBI_MAX_DIMENSIONS (1 << 20)
#define STBI_MALLOC(bytes) take(bytes)
#define STBI_REALLOC(data, bytes) take_again(data, bytes)
#define STBI_FREE(data) give_back(data)
#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#define STBI_WRITE_NO_STDIO
#define STBIW_ZLIB_COMPRESS compress_with_zlib
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wunused-but-set-variable"
#include <stb/stb_image.h>
#include <stb/stb_image_write.h>

// What stb_image calls to unpack a PNG's data, in place of its own.
char* stbi_zlib_decode_malloc_guesssize_headerflag(const char* bytes, int count, int, int* unpacked,
                                                   int) {
  uLongf size = static_cast<uLongf>(decoding.raw_bytes);
  char* const out = static_cast<char*>(take(decoding.raw_bytes));
  if (!out) return nullptr;
  const int result =
      uncompress(reinterpret_cast<unsigned char*>(out), &size,
                 reinterpret_cast<const unsigned char*>(bytes), static_cast<uLong>(count));
  decoding.unpacked = result == Z_OK && size == decoding.raw_bytes;
  decoding.out_of_memory = decoding.out_of_memory || result == Z_MEM_ERROR;
  if (!decoding.unpacked) {
    give_back(out);
    return nullptr;
  }
  *unpacked = static_cast<int>(size);
  return out;
}
#pragma GCC diagnostic pop

namespace ebb::nn {
namespace {

// A palette of all colors that a byte can name. stb_image would read those that are left out from
// memory that nobody has set. (It looks at no check sum.)
std::string with_whole_palette(std::string_view bytes, const PngFormat& png) {
  constexpr std::uint64_t whole = 3 * 256, name_and_length = 8;
  std::string longer(bytes);
  longer.insert(png.palette_at + name_and_length + png.palette_bytes,
                static_cast<std::size_t>(whole - png.palette_bytes), '\0');
  longer[png.palette_at + 2] = static_cast<char>(whole / 256);
  longer[png.palette_at + 3] = static_cast<char>(whole % 256);
  return longer;
}

// A file that was looked at.
struct Format {
  ImageSize size;
  std::uint64_t raw_bytes = 0;
  std::string changed = {};  // what is to be decoded in its place, if not empty
};

Format format_of(std::string_view bytes, const std::string& path) {
  if (is_jpeg(bytes)) return {read_jpeg_format(bytes, path)};
  if (!is_png(bytes))
    refuse_image(path, bytes.empty() ? "is empty" : "is neither a PNG nor a JPEG",
                 "; try another copy");
  const PngFormat png = read_png_format(bytes, path);
  const bool padded = png.palette_bytes > 0 && png.palette_bytes < 3 * 256;
  return {png.size, png.raw_bytes, padded ? with_whole_palette(bytes, png) : ""};
}

// More than either decoder needs: a JPEG's blocks, coefficients and colors, a PNG's 16 bits in four
// channels before and after its filters, and copies of the file.
std::size_t budget_of(const ImageSize& size, std::size_t file) {
  const auto pixels = static_cast<std::size_t>((size.height + 64) * (size.width + 64));
  return 32 * pixels + 4 * file + (1 << 20);
}

[[noreturn]] void refuse_pixels(const std::string& path) {
  if (decoding.out_of_memory) throw std::bad_alloc();
  refuse_image(
      path, "is damaged: its ",
      decoding.unpacked ? "pixels cannot be decoded" : "header declares other pixels than it holds",
      "; try another copy");
}

using Pixels = std::unique_ptr<stbi_uc, void (*)(void*)>;

Pixels decode(std::string_view bytes, const std::string& path, const Format& format) {
  decoding = {.budget = budget_of(format.size, bytes.size()), .raw_bytes = format.raw_bytes};
  int width = 0, height = 0, channels = 0;
  if (!format.changed.empty()) bytes = format.changed;
  Pixels pixels(stbi_load_from_memory(reinterpret_cast<const stbi_uc*>(bytes.data()),
                                      static_cast<int>(bytes.size()), &width, &height, &channels,
                                      static_cast<int>(format.size.channels)),
                stbi_image_free);
  if (!pixels || width != format.size.width || height != format.size.height) refuse_pixels(path);
  return pixels;
}

std::size_t count_of(const ImageSize& size) {
  return static_cast<std::size_t>(size.channels * size.height * size.width);
}

}  // namespace

ImageSize inspect_image(std::string_view bytes, const std::string& path) {
  return format_of(bytes, path).size;
}

Image decode_image(std::string_view bytes, const std::string& path) {
  const Format format = format_of(bytes, path);
  const Pixels pixels = decode(bytes, path, format);
  Image image{format.size, {}};
  const auto channels = static_cast<std::size_t>(format.size.channels);
  const std::size_t plane = count_of(format.size) / channels;
  image.pixels.resize(plane * channels);
  for (std::size_t c = 0; c < channels; ++c)
    for (std::size_t i = 0; i < plane; ++i)
      image.pixels[c * plane + i] = pixels.get()[i * channels + c];
  return image;
}

std::string read_image_file(const std::string& path) {
  constexpr std::uint64_t largest = 1 << 28;
  FileReader file(path);
  if (file.size() > largest)
    refuse_image(path, "has ", grouped(file.size()), " bytes; there can be at most ",
                 grouped(largest), ", try a smaller copy");
  std::string bytes(static_cast<std::size_t>(file.size()), '\0');
  file.read(bytes.data(), bytes.size());
  return bytes;
}

Image read_image(const std::string& path) { return decode_image(read_image_file(path), path); }

std::string encode_png(const Image& image) {
  const auto [channels, height, width] = image.size;
  constexpr std::int64_t longest_side = 1 << 20;
  const bool sized = height > 0 && height <= longest_side && width > 0 && width <= longest_side;
  if (sized && (channels == 1 || channels == 3) &&
      (width * channels + 1) * height > std::numeric_limits<int>::max())
    throw ShapeError(text("png: a picture of [", channels, ", ", height, ", ", width,
                          "] is too large to be written at once; try PngWriter, row by row"));
  if ((channels != 1 && channels != 3) || !sized || count_of(image.size) != image.pixels.size())
    throw ShapeError(text("png: ", image.pixels.size(), " pixels for a picture of [", channels,
                          ", ", height, ", ", width, "]; try 1 or 3 channels"));
  const std::size_t depth = static_cast<std::size_t>(channels), plane = image.pixels.size() / depth;
  std::vector<std::uint8_t> pixels(image.pixels.size());
  for (std::size_t c = 0; c < depth; ++c)
    for (std::size_t i = 0; i < plane; ++i) pixels[i * depth + c] = image.pixels[c * plane + i];
  std::string png;
  const auto append_bytes = [](void* to, void* bytes, int count) {
    static_cast<std::string*>(to)->append(static_cast<const char*>(bytes),
                                          static_cast<std::size_t>(count));
  };
  if (!stbi_write_png_to_func(append_bytes, &png, static_cast<int>(width), static_cast<int>(height),
                              static_cast<int>(channels), pixels.data(),
                              static_cast<int>(width * channels)))
    throw std::bad_alloc();  // nothing else can go wrong
  return png;
}

}  // namespace ebb::nn
