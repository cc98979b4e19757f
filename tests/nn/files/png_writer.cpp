#include <doctest/doctest.h>

#include <nn/files/png_writer.hpp>
#include <tensor/error.hpp>
#include <tests/support.hpp>

using namespace ebb;
using nn::PngWriter;

namespace {

// Somewhat even, somewhat not, [height, width, channels].
std::vector<std::uint8_t> pixels_of(const nn::ImageSize& size) {
  std::vector<std::uint8_t> pixels(
      static_cast<std::size_t>(size.channels * size.height * size.width));
  for (std::size_t i = 0; i < pixels.size(); ++i)
    pixels[i] = static_cast<std::uint8_t>(i * i * 2654435761u >> (i % 3 == 0 ? 13 : 24));
  return pixels;
}

}  // namespace

TEST_CASE("png writer: rows come back, in however many pieces they were written") {
  const TemporaryFolder place;
  const std::string path = place.path() / "x.png";
  for (const nn::ImageSize size : {nn::ImageSize{1, 1, 1}, {1, 5, 3}, {3, 400, 301}}) {
    const std::vector<std::uint8_t> pixels = pixels_of(size);
    PngWriter file(path, size);
    const auto width = static_cast<std::size_t>(size.width * size.channels);
    for (std::size_t row = 0, rows = 1; row < static_cast<std::size_t>(size.height); ++rows) {
      rows = std::min(rows, static_cast<std::size_t>(size.height) - row);
      file.write(std::span(pixels).subspan(row * width, rows * width));
      row += rows;
    }
    file.commit();
    const nn::Image image = nn::read_image(path);  // looks at the check sums, too
    CHECK(image.size.channels == size.channels);
    REQUIRE(image.pixels.size() == pixels.size());
    const std::size_t plane = pixels.size() / static_cast<std::size_t>(size.channels);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < pixels.size(); ++i)
      wrong += image.pixels[i % static_cast<std::size_t>(size.channels) * plane +
                            i / static_cast<std::size_t>(size.channels)] != pixels[i];
    CHECK(wrong == 0);
  }
}

TEST_CASE("png writer: sizes and rows that do not fit leave no file") {
  const TemporaryFolder place;
  const std::string path = place.path() / "x.png";
  CHECK(message_of<ShapeError>([&] {
          return PngWriter(path, {2, 3, 4}), 0;
        }) == "png: no picture has [2, 3, 4] pixels; try fewer, or 1 or 3 channels");
  CHECK_THROWS_AS(PngWriter(path, {1, 1, (1 << 20) + 1}), ShapeError);
  const std::vector<std::uint8_t> rows(12);
  {
    PngWriter file(path, {1, 2, 4});
    CHECK_THROWS_WITH_AS(file.write(rows),
                         "png: 12 bytes more are no rows of the picture; a row has 4 bytes",
                         ShapeError);
  }
  PngWriter file(path, {1, 3, 4});
  file.write(std::span(rows).first(8));
  CHECK_THROWS_WITH_AS(file.commit(), "png: 1 rows are missing; write all", ShapeError);
  CHECK_FALSE(std::filesystem::exists(path));
}
