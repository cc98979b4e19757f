// What PNG and JPEG files have in common when they are looked at without decoding a pixel.
#pragma once

#include <cstdint>
#include <nn/files/image.hpp>
#include <nn/files/printable.hpp>
#include <string>
#include <string_view>
#include <tensor/error.hpp>

namespace ebb::nn {

// Throws FormatError: "image: photos/cat.png is cut short …".
template <class... Parts>
[[noreturn]] void refuse_image(const std::string& path, const Parts&... parts) {
  throw FormatError(text("image: ", printable(path), " ", parts...));
}

// A big-endian number of `length` bytes, all of which must be there.
std::uint64_t number_at(std::string_view bytes, std::uint64_t place, int length);

// The size that a header declares. It asks for memory, so it must be possible: not beyond 100
// million pixels, nor beyond what the file's bytes can unpack to where a pixel takes `bits` at
// least. Throws FormatError.
ImageSize checked_size(std::string_view bytes, const std::string& path, bool color,
                       std::uint64_t height, std::uint64_t width, std::uint64_t bits);

}  // namespace ebb::nn
