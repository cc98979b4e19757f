#include <algorithm>
#include <nn/files/utf8.hpp>

namespace ebb::nn {

bool continues_letter(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

Letter first_letter(std::string_view text) {
  if (text.empty()) return {0, 0};
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < bytes) return {0, 0};
  std::uint32_t code = lead & (0x7fu >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if (!continues_letter(text[i])) return {0, 0};
    code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3fu);
  }
  constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  if (code < least[bytes] || code > 0x10ffff || surrogate) return {0, 0};
  return {code, bytes};
}

std::size_t first_broken_byte(std::string_view text) {
  std::size_t place = 0;
  while (const std::size_t bytes = first_letter(text.substr(place)).bytes) place += bytes;
  return place;
}

std::size_t first_byte_of_no_text(std::string_view text) {
  return std::min(first_broken_byte(text), text.find('\0'));
}

}  // namespace ebb::nn
