#include <doctest/doctest.h>
#include <unistd.h>

#include <cmath>
#include <nn/files/image.hpp>
#include <tensor/error.hpp>
#include <tests/nn/files/pictures.hpp>
#include <tests/support.hpp>

using namespace ebb;
using nn::decode_image;

namespace {

std::string pixels_of(const std::string& bytes) {
  const nn::Image image = decode_image(bytes, "a");
  return {image.pixels.begin(), image.pixels.end()};
}

std::string refusal_of(const std::string& bytes) {
  return message_of<FormatError>([&] { return decode_image(bytes, "photos/a.png"); });
}

int pixel(const nn::Image& image, std::int64_t channel, std::int64_t y, std::int64_t x) {
  return image
      .pixels[static_cast<std::size_t>((channel * image.size.height + y) * image.size.width + x)];
}

using namespace std::string_literals;

}  // namespace

TEST_CASE("image: pixels of a PNG come out channel by channel, of any depth") {
  CHECK(pixels_of(png()) == "abcd");
  const nn::Image color = decode_image(png({1, 2, 8, 2, 0, "\0rgbRGB"s}), "a");
  CHECK(color.size.channels == 3);
  CHECK(color.size.height == 1);
  CHECK(color.size.width == 2);
  CHECK(std::string(color.pixels.begin(), color.pixels.end()) == "rRgGbB");
  CHECK(pixels_of(png({1, 1, 8, 6, 0, "\0rgb\1"s})) == "rgb");  // transparent
  CHECK(pixels_of(png({1, 2, 8, 4, 0, "\0g\1h\2"s})) == "gh");
  CHECK(pixels_of(png({1, 2, 16, 0, 0, "\0g\xffh\2"s})) == "gh");  // the upper byte
  CHECK(pixels_of(png({1, 4, 2, 0, 0, "\0\x1b"s})) == "\0\x55\xaa\xff"s);
  CHECK(pixels_of(png({2, 2, 8, 0, 1, "\0a\0b\0cd"s})) == "abcd");  // interlaced
  CHECK(pixels_of(png({2, 1, 8, 0, 0, "\0a\2\1"s})) == "ab");       // the second row is 1 more
}

TEST_CASE("image: a palette's colors are looked up, and those that are missing are black") {
  const std::string palette = png_chunk("PLTE", "rgbRGB");
  CHECK(pixels_of(png({1, 2, 8, 3, 0, "\0\1\0"s, palette})) == "RrGgBb");
  CHECK(pixels_of(png({1, 2, 8, 3, 0, "\0\1\xff"s, palette})) == "R\0G\0B\0"s);
  CHECK(refusal_of(png({1, 2, 8, 3, 0, "\0\1\0"s})) ==
        "image: photos/a.png is damaged: its pixels cannot be decoded; try another copy");
}

TEST_CASE("image: a JPEG's pixels are those that other programs see, up to a rounding") {
  const nn::Image gray = decode_image(gray_jpeg, "a");
  CHECK(gray.size.channels == 1);
  CHECK(gray.size.height == 11);
  CHECK(gray.size.width == 20);
  const int expected[3][3] = {{0, 46, 79}, {24, 69, 102}, {50, 94, 128}};  // Pillow's
  const int rows[] = {0, 4, 8}, columns[] = {0, 9, 16};
  for (int y = 0; y < 3; ++y)
    for (int x = 0; x < 3; ++x) {
      CHECK(std::abs(pixel(gray, 0, rows[y], columns[x]) - expected[y][x]) <= 1);
      for (const std::string& bytes : {color_jpeg, progressive_jpeg}) {
        const nn::Image color = decode_image(bytes, "a");
        const int red[3][3] = {{0, 45, 79}, {23, 68, 102}, {48, 94, 128}};
        CHECK(std::abs(pixel(color, 0, rows[y], columns[x]) - red[y][x]) <= 2);
        CHECK(std::abs(pixel(color, 1, rows[y], columns[x]) - red[y][x] - 30) <= 2);
        CHECK(std::abs(pixel(color, 2, rows[y], columns[x]) - red[y][x] - 58) <= 2);
      }
    }
}

TEST_CASE("image: a PNG holds what its header declares, or is refused") {
  const std::string other =
      "image: photos/a.png is damaged: its header declares other pixels than it holds; try another "
      "copy";
  CHECK(refusal_of(png({3, 2})) == other);
  CHECK(refusal_of(png({1, 2})) == other);
  CHECK(refusal_of(png({2, 3})) == other);
  CHECK(refusal_of(png({1, 1, 8, 0, 0, std::string(50'000'000, '\0')})) == other);  // 49 kB
  CHECK(refusal_of(png({2, 2, 8, 0, 0, "\0ab\7cd"s})) ==
        "image: photos/a.png is damaged: its pixels cannot be decoded; try another copy");
}

TEST_CASE("image: a file cut at any length is refused, and so is what is no image") {
  const std::string cut = "image: photos/a.png is cut short: a ";
  for (const std::string& whole : {png(), gray_jpeg, color_jpeg, progressive_jpeg})
    for (std::size_t length = 0; length < whole.size(); ++length) {
      CAPTURE(length);
      const std::string message = refusal_of(whole.substr(0, length));
      const std::size_t begin = whole[0] == '\x89' ? 8 : 3;
      CHECK((length < begin || message.starts_with(cut) || message.find("damaged") < 30));
      CHECK((length >= begin || message.find("; try another copy") != std::string::npos));
    }
  CHECK(refusal_of("") == "image: photos/a.png is empty; try another copy");
  CHECK(refusal_of("GIF89a") ==
        "image: photos/a.png is neither a PNG nor a JPEG; try another copy");
}

TEST_CASE("image: bits turned over anywhere are refused, or decode to the same pixels twice") {
  std::size_t taken = 0;
  for (const std::string& whole : {png(), gray_jpeg, color_jpeg, progressive_jpeg})
    for (std::size_t i = 0; i < whole.size(); ++i)
      for (int bit = 0; bit < 8; ++bit) {
        std::string damaged = whole;
        damaged[i] = static_cast<char>(damaged[i] ^ 1 << bit);
        std::string once, twice;
        if (message_of<FormatError>([&] { return once = pixels_of(damaged); }) !=
            "nothing was thrown")
          continue;
        twice = pixels_of(damaged);
        CHECK(once == twice);
        ++taken;
      }
  CHECK(taken > 100);  // a JPEG has no check sums
}

TEST_CASE("image: files are read, and refused with their paths") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "a.png";
  write_file(path, png());
  CHECK(nn::read_image(path).pixels.size() == 4);
  CHECK(nn::inspect_image(nn::read_image_file(path), path).width == 2);
  CHECK(message_of<IoError>([&] { return nn::read_image(path + "x"); }) ==
        "read " + path + "x: No such file or directory; check the path");
  REQUIRE(truncate(path.c_str(), (1 << 28) + 1) == 0);
  CHECK(message_of<FormatError>([&] { return nn::read_image(path); }) ==
        "image: " + path +
            " has 268,435,457 bytes; there can be at most 268,435,456, try a smaller copy");
}

TEST_CASE("image: what encode_png writes comes back") {
  for (const std::int64_t channels : {1, 3}) {
    nn::Image image{{channels, 5, 7}, {}};
    for (int i = 0; i < 35 * channels; ++i)
      image.pixels.push_back(static_cast<std::uint8_t>(37 * i % 256));
    CHECK(decode_image(nn::encode_png(image), "a").pixels == image.pixels);
    CHECK(decode_image(nn::encode_png(image), "a").size.height == 5);
  }
  CHECK_THROWS_WITH_AS((static_cast<void>(nn::encode_png({{2, 1, 1}, {1, 2}}))),
                       "png: 2 pixels for a picture of [2, 1, 1]; try 1 or 3 channels", ShapeError);
  CHECK_THROWS_AS((static_cast<void>(nn::encode_png({{1, 2, 2}, {1, 2}}))), ShapeError);
  CHECK_THROWS_WITH_AS((static_cast<void>(nn::encode_png({{1, 65536, 65536}, {}}))),
                       "png: a picture of [1, 65536, 65536] is too large to be written at once; "
                       "try PngWriter, row by row",
                       ShapeError);
}
