#include <zlib.h>

#include <array>
#include <nn/files/image_format.hpp>
#include <nn/files/png_format.hpp>

namespace ebb::nn {
namespace {

constexpr std::string_view png_begin = "\x89PNG\r\n\x1a\n";

[[noreturn]] void refuse_end(const std::string& path) {
  refuse_image(path, "is cut short: a PNG without its end; try another copy");
}

// The bytes of so many rows of packed pixels; before each stands the number of its filter.
std::uint64_t bytes_of_rows(std::uint64_t height, std::uint64_t width, std::uint64_t bits) {
  return height > 0 && width > 0 ? height * (1 + (width * bits + 7) / 8) : 0;
}

// Interlaced pictures come as seven smaller ones (Adam7).
std::uint64_t bytes_interlaced(std::uint64_t height, std::uint64_t width, std::uint64_t bits) {
  struct Pass {
    std::uint64_t x, y, step_x, step_y;
  };
  constexpr Pass passes[] = {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4},
                             {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};
  std::uint64_t sum = 0;
  for (const Pass& pass : passes)
    sum += bytes_of_rows((height + pass.step_y - 1 - pass.y) / pass.step_y,
                         (width + pass.step_x - 1 - pass.x) / pass.step_x, bits);
  return sum;
}

// The 13 bytes of IHDR.
PngFormat read_png_header(std::string_view bytes, const std::string& path,
                          std::string_view header) {
  const std::uint64_t width = number_at(header, 0, 4), height = number_at(header, 4, 4),
                      depth = number_at(header, 8, 1), kind = number_at(header, 9, 1);
  constexpr std::array<std::uint64_t, 7> channels = {1, 0, 3, 1, 2, 0, 4};  // by kind; 0: none
  const bool known = kind < channels.size() && channels[kind] > 0;
  const bool whole = depth == 8 || depth == 16;
  const bool packed = depth == 1 || depth == 2 || depth == 4;
  const bool fits =
      known && ((whole && !(kind == 3 && depth == 16)) || (packed && (kind == 0 || kind == 3)));
  if (!fits || header[10] != 0 || header[11] != 0 || number_at(header, 12, 1) > 1)
    refuse_image(path, "is a PNG of an unknown kind (color type ", kind, ", ", depth,
                 " bits); it is damaged, try another copy");
  const std::uint64_t bits = depth * channels[kind];
  const bool color = kind == 2 || kind == 3 || kind == 6;
  return {
      checked_size(bytes, path, color, height, width, bits),
      header[12] == 0 ? bytes_of_rows(height, width, bits) : bytes_interlaced(height, width, bits)};
}

}  // namespace

bool is_png(std::string_view bytes) { return bytes.starts_with(png_begin); }

PngFormat read_png_format(std::string_view bytes, const std::string& path) {
  constexpr std::uint64_t around = 12;  // length, name and check sum of a chunk
  PngFormat format;
  bool data = false;
  for (std::uint64_t at = png_begin.size();;) {
    if (bytes.size() - at < around) refuse_end(path);
    const std::uint64_t length = number_at(bytes, at, 4);
    const std::string_view name = bytes.substr(at + 4, 4);
    if (length > bytes.size() - at - around) refuse_end(path);
    const std::uint64_t sum = crc32(0, reinterpret_cast<const unsigned char*>(name.data()),
                                    static_cast<uInt>(length + 4));
    if (sum != number_at(bytes, at + 8 + length, 4))
      refuse_image(path, "is damaged: the check sum of ", in_quotes(name),
                   " is wrong; try another copy");
    const bool first = at == png_begin.size();
    if (first != (name == "IHDR") || (first && length != 13))
      refuse_image(path, "is a PNG with a damaged header; try another copy");
    if (first) format = read_png_header(bytes, path, bytes.substr(at + 8, length));
    data = data || name == "IDAT";
    if (name == "PLTE") {
      format.palette_at = at;
      format.palette_bytes = length;
    }
    at += around + length;
    if (name == "IEND") break;
  }
  if (!data) refuse_image(path, "is a PNG without pixels; try another copy");
  return format;
}

}  // namespace ebb::nn
