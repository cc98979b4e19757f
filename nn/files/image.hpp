// Pictures in files: PNG and JPEG.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ebb::nn {

struct [[nodiscard]] ImageSize {
  std::int64_t channels = 0, height = 0, width = 0;  // 1 channel: gray; 3: red, green, blue
};

struct [[nodiscard]] Image {
  ImageSize size;
  std::vector<std::uint8_t> pixels;  // [channels, height, width], row-major
};

// What decode_image would make of these bytes, from the header; all of a PNG's check sums and the
// order of a JPEG's parts are looked at, too. Throws FormatError, whose message names the
// path, for other formats, for what ends too early, and beyond 100 million pixels.
ImageSize inspect_image(std::string_view bytes, const std::string& path);

// Decodes a PNG or JPEG, whatever the file's name ends in. Of 16 bits the upper 8 count, a
// palette's colors are looked up, transparency is left out, CMYK becomes red, green and blue, of an
// animation the first picture is taken; how the camera was held is not looked at. Nothing in it is
// trusted: it must hold exactly the pixels that its header declares, and memory follows from its
// length and those. Throws FormatError as inspect_image does, and for what is damaged inside;
// MemoryError. (A JPEG has no check sum: damage that leaves pixels for all places cannot be seen.)
Image decode_image(std::string_view bytes, const std::string& path);

// The bytes of a file for the two above. Throws IoError, and FormatError beyond 256 MiB.
[[nodiscard]] std::string read_image_file(const std::string& path);

Image read_image(const std::string& path);  // decodes the file

// The bytes of a PNG of 1 or 3 channels. Throws ShapeError where the pixels do not fill the size,
// or it is no size of a picture.
[[nodiscard]] std::string encode_png(const Image& image);

}  // namespace ebb::nn
