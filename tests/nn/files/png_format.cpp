#include <doctest/doctest.h>

#include <nn/files/png_format.hpp>
#include <tensor/error.hpp>
#include <tests/nn/files/pictures.hpp>
#include <tests/support.hpp>

using namespace ebb;
using nn::read_png_format;

namespace {

std::string refusal_of(const std::string& bytes) {
  return message_of<FormatError>([&] { return read_png_format(bytes, "a.png"); });
}

std::string kind(std::uint64_t depth, std::uint64_t kind) {
  return png({.depth = depth, .kind = kind, .rows = "", .before = png_chunk("tEXt", "by hand")});
}

}  // namespace

TEST_CASE("png_format: size, channels, and how many bytes the data must unpack to") {
  const auto raw = [](std::uint64_t height, std::uint64_t width, std::uint64_t depth,
                      std::uint64_t color, std::uint64_t interlaced = 0) {
    PngParts parts;
    parts.height = height, parts.width = width, parts.depth = depth, parts.kind = color,
    parts.interlaced = interlaced;
    return read_png_format(png(parts), "a").raw_bytes;
  };
  CHECK(raw(2, 3, 8, 0) == 8);
  CHECK(raw(2, 3, 8, 2) == 20);
  CHECK(raw(2, 3, 16, 6) == 50);
  CHECK(raw(2, 9, 1, 3) == 6);
  CHECK(raw(2, 9, 4, 0) == 12);
  // By hand: the passes of 5 by 5 pixels have 1x1, 1x1, 1x2, 2x1... columns by rows below.
  CHECK(raw(5, 5, 8, 0, 1) ==
        (1 + 1) + (1 + 1) + (2 + 1) + (2 + 2) + (3 + 1) + 3 * (2 + 1) + 2 * (5 + 1));
  CHECK(raw(1, 1, 8, 0, 1) == 2);
  CHECK(read_png_format(png(), "a").size.channels == 1);
  for (const std::uint64_t color : {2, 3, 6})
    CHECK(read_png_format(kind(8, color), "a").size.channels == 3);
  CHECK(read_png_format(kind(8, 4), "a").size.channels == 1);
}

TEST_CASE("png_format: a wrong check sum names its chunk") {
  const std::string whole = png();
  for (const auto& [place, name] : {std::pair{17, "IHDR"}, std::pair{45, "IDAT"}}) {
    std::string damaged = whole;
    damaged[static_cast<std::size_t>(place)] ^= 1;
    CHECK(refusal_of(damaged) == std::string("image: a.png is damaged: the check sum of '") + name +
                                     "' is wrong; try another copy");
  }
}

TEST_CASE("png_format: headers that the standard does not have are refused") {
  for (const auto& [depth, color] : {std::pair{3, 0}, {8, 1}, {8, 5}, {8, 7}, {4, 2}, {16, 3}})
    CHECK(refusal_of(kind(static_cast<std::uint64_t>(depth), static_cast<std::uint64_t>(color))) ==
          "image: a.png is a PNG of an unknown kind (color type " + std::to_string(color) + ", " +
              std::to_string(depth) + " bits); it is damaged, try another copy");
  const std::string begin = "\x89PNG\r\n\x1a\n", end = png_chunk("IEND", "");
  CHECK(refusal_of(begin + end) == "image: a.png is a PNG with a damaged header; try another copy");
  CHECK(refusal_of(begin + png_chunk("IHDR", "short") + end) ==
        "image: a.png is a PNG with a damaged header; try another copy");
  CHECK(refusal_of(png({.interlaced = 2})).find("of an unknown kind") != std::string::npos);
  std::string no_data = png();
  no_data.erase(no_data.find("IDAT") - 4, 12 + 14);
  CHECK(refusal_of(png().substr(0, 33) + end) ==
        "image: a.png is a PNG without pixels; try another copy");
  CHECK(refusal_of(png().substr(0, 33)) ==
        "image: a.png is cut short: a PNG without its end; try another copy");
  CHECK(refusal_of(begin + big_endian(0xffffffff, 4) + "IHDR....") ==
        "image: a.png is cut short: a PNG without its end; try another copy");
}
