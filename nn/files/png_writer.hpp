// A picture written row by row.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <nn/files/file.hpp>
#include <nn/files/image.hpp>
#include <span>
#include <string>
#include <vector>

namespace ebb::nn {

// A PNG of 8 bits, whole or not at all, in memory of a few rows, however large it is. (encode_png
// has all pixels at once, and chooses filters.) Throws IoError; ShapeError where it is no size of a
// picture, and for more or fewer rows than it has; std::bad_alloc.
class PngWriter final {
 public:
  PngWriter(const std::string& path, const ImageSize& size);
  ~PngWriter();
  PngWriter(const PngWriter&) = delete;
  PngWriter& operator=(const PngWriter&) = delete;

  // The next rows, pixel by pixel: [rows, width, channels].
  void write(std::span<const std::uint8_t> rows);
  void commit();

 private:
  void write_chunk(const char* name, std::string_view bytes);
  void pack(std::span<const std::uint8_t> bytes, int flush);

  FileWriter file_;
  std::int64_t row_bytes_, missing_;  // missing_: rows
  std::vector<std::uint8_t> above_, line_;
  z_stream stream_ = {};
  std::vector<char> packed_;
};

}  // namespace ebb::nn
