#include <doctest/doctest.h>

#include <nn/data/resize.hpp>
#include <tensor/error.hpp>

using namespace ebb;

namespace {

using Pixels = std::vector<std::uint8_t>;

// [5, 7]: 37 i modulo 256.
nn::Image example() {
  nn::Image image{{1, 5, 7}, {}};
  for (int i = 0; i < 35; ++i) image.pixels.push_back(static_cast<std::uint8_t>(37 * i % 256));
  return image;
}

}  // namespace

TEST_CASE("resize: the bytes that Pillow makes") {
  CHECK(nn::resize(example(), 3, 2).pixels == Pixels{60, 164, 65, 169, 70, 174});
  CHECK(nn::resize(example(), 2, 7).pixels ==
        Pixels{3, 40, 77, 114, 151, 188, 225, 9, 46, 83, 120, 157, 194, 231});
  CHECK(nn::resize(example(), 5, 3).pixels ==
        Pixels{32, 111, 190, 35, 114, 193, 38, 117, 196, 41, 120, 199, 44, 123, 202});
  CHECK(nn::resize(example(), 1, 1).pixels == Pixels{117});
  CHECK(nn::resize(example(), 5, 7).pixels == example().pixels);
  const nn::Image larger = nn::resize(example(), 8, 11);
  const Pixels first = {0, 17, 40, 64, 87, 111, 135, 158, 182, 205, 222},
               last = {12, 29, 52, 76, 99, 123, 147, 170, 194, 217, 234};
  CHECK(Pixels(larger.pixels.begin(), larger.pixels.begin() + 11) == first);
  CHECK(Pixels(larger.pixels.end() - 11, larger.pixels.end()) == last);
}

TEST_CASE("resize: each channel by itself, and one color stays one") {
  const nn::Image color = nn::resize(nn::with_channels(example(), 3), 3, 2);
  CHECK(color.size.channels == 3);
  const Pixels one = {60, 164, 65, 169, 70, 174};
  for (int channel = 0; channel < 3; ++channel)
    CHECK(Pixels(color.pixels.begin() + 6 * channel, color.pixels.begin() + 6 * channel + 6) ==
          one);
  const nn::Image white = nn::resize({{1, 9, 9}, Pixels(81, 255)}, 4, 17);
  CHECK(white.pixels == Pixels(4 * 17, 255));
  CHECK_THROWS_WITH_AS(static_cast<void>(nn::resize(example(), 0, 3)),
                       "resize: 0 by 3 pixels; try at least 1 by 1", Error);
}

TEST_CASE("crop: the middle, as large as it can be") {
  const nn::Image square = nn::crop(example(), 10, 10);
  CHECK(square.size.height == 5);
  CHECK(square.size.width == 5);
  CHECK(square.pixels[0] == 37);  // one column is left out on each side
  CHECK(square.pixels[5] == 8 * 37 - 256);
  CHECK(nn::crop(example(), 10, 14).pixels == example().pixels);
  const nn::Image flat = nn::crop(example(), 1, 100);
  CHECK(flat.size.height == 1);
  CHECK(flat.size.width == 7);
  CHECK(flat.pixels[0] == 14 * 37 % 256);  // of five rows the third
}

TEST_CASE("with_channels: gray as Pillow sees it, and back in three channels") {
  // red, green, blue, white, black
  const nn::Image color{{3, 1, 5}, {255, 0, 0, 255, 0, 0, 255, 0, 255, 0, 0, 0, 255, 255, 0}};
  const nn::Image gray = nn::with_channels(color, 1);
  CHECK(gray.pixels == Pixels{76, 150, 29, 255, 0});
  CHECK(nn::with_channels(gray, 3).pixels ==
        Pixels{76, 150, 29, 255, 0, 76, 150, 29, 255, 0, 76, 150, 29, 255, 0});
  CHECK(nn::with_channels(gray, 1).pixels == gray.pixels);
  CHECK_THROWS_WITH_AS(static_cast<void>(nn::with_channels(gray, 2)),
                       "with_channels: 1 channels as 2; try 1 or 3", Error);
}
