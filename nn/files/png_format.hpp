// How a PNG is put together. (W3C, "Portable Network Graphics (PNG) Specification", 3rd edition.)
#pragma once

#include <cstdint>
#include <nn/files/image.hpp>
#include <string>
#include <string_view>

namespace ebb::nn {

bool is_png(std::string_view bytes);  // by its first bytes

struct [[nodiscard]] PngFormat {
  ImageSize size;
  std::uint64_t raw_bytes = 0;                      // that its data must unpack to
  std::uint64_t palette_at = 0, palette_bytes = 0;  // where its chunk begins (0: none); its colors
};

// Looks at all chunks of a PNG to its IEND: lengths and check sums, and whether the header is one
// that the standard has. Throws FormatError.
PngFormat read_png_format(std::string_view bytes, const std::string& path);

}  // namespace ebb::nn
