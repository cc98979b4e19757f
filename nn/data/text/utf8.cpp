#include <cstdint>
#include <nn/data/text/utf8.hpp>

namespace ebb::nn {

std::size_t character_at(std::string_view text, std::size_t place) {
  if (place >= text.size()) return 0;
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[place + i]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() - place < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  const bool overlong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
  const bool forbidden = (first == 0xED && byte(1) >= 0xA0) || (first == 0xF4 && byte(1) >= 0x90);
  return overlong || forbidden ? 0 : length;
}

std::size_t first_broken_byte(std::string_view text) {
  std::size_t place = 0;
  while (const std::size_t length = character_at(text, place)) place += length;
  return place;
}

}  // namespace ebb::nn
