#include <doctest/doctest.h>
#include <zlib.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <tensor/makers.hpp>
#include <tools/training/image_grid.hpp>

using namespace ebb::tools;

namespace {

struct Picture {
  std::int64_t width = 0, height = 0;
  std::vector<int> pixels;
  int at(std::int64_t y, std::int64_t x) const {
    return pixels[static_cast<std::size_t>(y * width + x)];
  }
};

std::uint32_t number_at(const std::string& bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i)
    number = number << 8 | static_cast<unsigned char>(bytes.at(at + i));
  return number;
}

int paeth(int a, int b, int c) {
  const int pa = std::abs(b - c), pb = std::abs(a - c), pc = std::abs(a + b - 2 * c);
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

// Undoes the filters of an 8-bit gray PNG (RFC 2083, section 6).
void unfilter(Picture& picture, const std::string& raw) {
  std::vector<int> above(static_cast<std::size_t>(picture.width) + 1), row(above.size());
  std::size_t at = 0;
  for (std::int64_t y = 0; y < picture.height; ++y) {
    const int filter = raw.at(at++);
    for (std::size_t x = 1; x < row.size(); ++x) {
      const int left = row[x - 1], up = above[x], corner = above[x - 1];
      const int guesses[] = {0, left, up, (left + up) / 2, paeth(left, up, corner)};
      REQUIRE(filter >= 0);
      REQUIRE(filter <= 4);
      row[x] = (static_cast<unsigned char>(raw.at(at++)) + guesses[filter]) & 255;
      picture.pixels.push_back(row[x]);
    }
    above = row;
  }
  CHECK(at == raw.size());
}

// A small reader of gray PNGs that checks lengths and check sums.
Picture decode(const std::string& png) {
  REQUIRE(png.starts_with("\x89PNG\r\n\x1a\n"));
  Picture picture;
  std::string packed, last;
  for (std::size_t at = 8; at < png.size();) {
    const std::uint32_t length = number_at(png, at);
    const std::string body = png.substr(at + 4, length + 4);
    const uLong sum = crc32(0, reinterpret_cast<const Bytef*>(body.data()), length + 4);
    CHECK(number_at(png, at + 8 + length) == sum);
    last = body.substr(0, 4);
    if (last == "IHDR") {
      picture.width = number_at(body, 4);
      picture.height = number_at(body, 8);
      CHECK(body.substr(12) == std::string("\x08\0\0\0\0", 5));  // 8 bits of gray
    }
    if (last == "IDAT") packed += body.substr(4);
    at += length + 12;
  }
  CHECK(last == "IEND");
  uLongf size = static_cast<uLongf>((picture.width + 1) * picture.height);
  std::string raw(size, '\0');
  REQUIRE(uncompress(reinterpret_cast<Bytef*>(raw.data()), &size,
                     reinterpret_cast<const Bytef*>(packed.data()), packed.size()) == Z_OK);
  unfilter(picture, raw);
  return picture;
}

}  // namespace

TEST_CASE("grid: images stand row by row, doubled, with a gray frame between them") {
  // three images of 2 by 3 pixels in two columns
  std::vector<float> values;
  for (int i = 0; i < 18; ++i) values.push_back(static_cast<float>(i) / 17);
  const ebb::Tensor images = ebb::from_vector(values, {3, 1, 2, 3});
  const Picture picture = decode(png_of_grid(images, 2));
  REQUIRE(picture.width == 2 + 2 * (6 + 2));
  REQUIRE(picture.height == 2 + 2 * (4 + 2));
  for (std::int64_t y = 0; y < picture.height; ++y)
    for (std::int64_t x = 0; x < picture.width; ++x) {
      const std::int64_t cell_y = (y - 2) / 6, in_y = (y - 2) % 6, cell_x = (x - 2) / 8,
                         in_x = (x - 2) % 8, image = cell_y * 2 + cell_x;
      const bool frame = y < 2 || x < 2 || in_y >= 4 || in_x >= 6 || image > 2;
      const std::int64_t i = image * 6 + in_y / 2 * 3 + in_x / 2;
      CHECK(picture.at(y, x) == (frame ? 64 : std::lround(255 * static_cast<double>(i) / 17)));
    }
}

TEST_CASE("grid: values outside 0 to 1 are clamped, and NaN is black") {
  const float inf = std::numeric_limits<float>::infinity();
  const ebb::Tensor images =
      ebb::from_vector<float>({-1.f, 2.f, NAN, inf, -inf, 1e30f, 1.f, 0.f}, {1, 1, 1, 8});
  const Picture picture = decode(png_of_grid(images, 1));
  const int expected[] = {0, 255, 0, 255, 0, 255, 255, 0};
  for (std::int64_t i = 0; i < 8; ++i) CHECK(picture.at(2, 2 + 2 * i) == expected[i]);
}

TEST_CASE("grid: large images are not doubled, and fewer stand side by side") {
  CHECK(grid_columns(28) == 16);
  CHECK(grid_columns(1) == 16);
  CHECK(grid_columns(64) == 7);
  CHECK(grid_columns(65) == 15);
  CHECK(grid_columns(1022) == 1);
  CHECK(grid_columns(16'384) == 1);
  const Picture picture = decode(png_of_grid(ebb::ones({2, 1, 2, 100}), 1));
  CHECK(picture.width == 100 + 4);
  CHECK(picture.height == 2 * (2 + 2) + 2);
}

TEST_CASE("grid: three channels are a picture in colors, other numbers are refused") {
  const std::string png = png_of_grid(ebb::ones({1, 3, 2, 2}), 1);
  CHECK(png[25] == 2);  // the kind of pixels in the header: red, green and blue
  CHECK_THROWS_WITH_AS(png_of_grid(ebb::ones({1, 2, 2, 2}), 1),
                       "png: images of 2 channels; a picture has 1 or 3", ebb::Error);
}

TEST_CASE("image grid: in a strip images stand side by side, pixel for pixel") {
  std::vector<float> pixels;
  for (int i = 0; i < 12; ++i) pixels.push_back(static_cast<float>(i) / 51);
  const Picture picture = decode(png_of_strip(ebb::from_vector(pixels, {3, 1, 2, 2})));
  CHECK(picture.width == 6);
  CHECK(picture.height == 2);
  CHECK(picture.pixels == std::vector<int>{0, 5, 20, 25, 40, 45, 10, 15, 30, 35, 50, 55});
  CHECK(png_of_strip(ebb::ones({2, 3, 2, 2}))[25] == 2);  // colors
}

TEST_CASE("image grid: an image alone has its own pixels") {
  const Picture picture =
      decode(png_of_image(ebb::from_vector({0.f, 0.2f, 0.4f, 0.6f, 0.8f, 2.f}, {1, 2, 3})));
  CHECK(picture.width == 3);
  CHECK(picture.height == 2);
  CHECK(picture.pixels == std::vector<int>{0, 51, 102, 153, 204, 255});
  CHECK_THROWS_AS(png_of_image(ebb::ones({2, 2, 3})), ebb::Error);
}
