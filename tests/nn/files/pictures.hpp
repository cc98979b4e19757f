// Small pictures as files: PNGs put together here, JPEGs that Pillow wrote.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <string>

inline std::string big_endian(std::uint64_t number, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text += static_cast<char>(number >> (8 * i) & 0xff);
  return text;
}

inline std::string png_chunk(const std::string& name, const std::string& data) {
  const std::string summed = name + data;
  const auto* const bytes = reinterpret_cast<const unsigned char*>(summed.data());
  return big_endian(data.size(), 4) + summed +
         big_endian(crc32(0, bytes, static_cast<uInt>(summed.size())), 4);
}

inline std::string packed_by_zlib(const std::string& bytes) {
  std::string packed(compressBound(bytes.size()), '\0');
  uLongf size = packed.size();
  compress(reinterpret_cast<unsigned char*>(packed.data()), &size,
           reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  packed.resize(size);
  return packed;
}

struct PngParts {
  std::uint64_t height = 2, width = 2, depth = 8, kind = 0, interlaced = 0;
  std::string rows = {"\0ab\0cd", 6};  // each behind the number of its filter
  std::string before = {};             // chunks before the data
};

// kind 0 is gray, 2 RGB, 3 a palette's, 4 gray and 6 RGB with transparency.
inline std::string png(const PngParts& parts = {}) {
  const std::string header = big_endian(parts.width, 4) + big_endian(parts.height, 4) +
                             big_endian(parts.depth, 1) + big_endian(parts.kind, 1) +
                             std::string(2, '\0') + big_endian(parts.interlaced, 1);
  return "\x89PNG\r\n\x1a\n" + png_chunk("IHDR", header) + parts.before +
         png_chunk("IDAT", packed_by_zlib(parts.rows)) + png_chunk("IEND", "");
}

inline std::string from_hex(const std::string& digits) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    bytes += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
  return bytes;
}

// Ramps, gray with pixel [y, x] near 6 y + 5 x, in color 30 and 60 more in the second and third
// channel: [11, 20] with a restart after every second unit; [3, 9, 17] with colors of half the
// resolution, once at once and once in several scans.
inline const std::string gray_jpeg = from_hex(
    "ffd8ffdb0043000d090a0b0a080d0b0a0b0e0e0d0f13201513121213271c1e17202e2931302e292d2c333a4a3e"
    "333646372c2d405741464c4e525352323e5a615a50604a51524fffc0000b08000b001401011100ffc400160001"
    "010100000000000000000000000000050406ffc4001c1000020203010100000000000000000000042100020103"
    "311222ffdd00040002ffda0008010100003f00c40a2714645138a7ffd097589f1850916b54a7ffd19c5ad528ae"
    "bad7c614ffd9");

inline const std::string color_jpeg = from_hex(
    "ffd8ffdb004300100b0c0e0c0a100e0d0e1211101318281a181616183123251d283a333d3c3933383740485c4e"
    "404457453738506d51575f626768673e4d71797064785c656763ffdb0043011112121815182f1a1a2f63423842"
    "636363636363636363636363636363636363636363636363636363636363636363636363636363636363636363"
    "6363636363ffc00011080009001103012200021101031101ffc400190000020301000000000000000000000000"
    "000502030406ffc4001a100002030101000000000000000000000000042131411461ffc4001501010100000000"
    "000000000000000000000004ffc40014110100000000000000000000000000000000ffda000c03010002110311"
    "003f00e7975aa068bad5052be0d17c294e8737806e003fffd9");

inline const std::string progressive_jpeg = from_hex(
    "ffd8ffdb004300100b0c0e0c0a100e0d0e1211101318281a181616183123251d283a333d3c3933383740485c4e"
    "404457453738506d51575f626768673e4d71797064785c656763ffdb0043011112121815182f1a1a2f63423842"
    "636363636363636363636363636363636363636363636363636363636363636363636363636363636363636363"
    "6363636363ffc20011080009001103012200021101031101ffc400190000020301000000000000000000000000"
    "000401020305ffc4001501010100000000000000000000000000000003ffda000c03010002100310000001e735"
    "46a938370fffc40017100101010100000000000000000000000002001012ffda00080101000105022626e631cf"
    "ffc40014110100000000000000000000000000000010ffda0008010301013f013fffc400141101000000000000"
    "00000000000000000010ffda0008010201013f013fffc40014100100000000000000000000000000000020ffda"
    "0008010100063f025fffc40014100100000000000000000000000000000020ffda0008010100013f21403fffda"
    "000c03010002000300000010f82fffc40014110100000000000000000000000000000010ffda0008010301013f"
    "103fffc40014110100000000000000000000000000000010ffda0008010201013f103fffc40019100002030100"
    "0000000000000000000000002110314171ffda0008010100013f10a514a3930623ffd9");

// The same with another height and width in its header, which begins with this marker.
inline std::string with_size(std::string jpeg, std::uint64_t height, std::uint64_t width,
                             const std::string& marker = "\xff\xc0") {
  return jpeg.replace(jpeg.find(marker) + 5, 4, big_endian(height, 2) + big_endian(width, 2));
}
