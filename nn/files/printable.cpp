#include <cstdint>
#include <nn/files/printable.hpp>
#include <tensor/error.hpp>

namespace ebb::nn {
namespace {

struct Letter {
  std::uint32_t code;
  std::size_t bytes;  // 0: what stands there is no UTF-8
};

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

// The first letter of a text that is not empty (RFC 3629: neither overlong nor a surrogate).
Letter first_letter(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < bytes) return {0, 0};
  std::uint32_t code = lead & (0x7fu >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if (!continues(text[i])) return {0, 0};
    code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3fu);
  }
  constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  if (code < least[bytes] || code > 0x10ffff || surrogate) return {0, 0};
  return {code, bytes};
}

bool is_harmless(std::uint32_t code) {
  const auto within = [&](std::uint32_t low, std::uint32_t high) {
    return code >= low && code <= high;
  };
  return code >= ' ' && !within(0x7f, 0x9f) && !within(0x200e, 0x200f) && !within(0x2028, 0x202e) &&
         !within(0x2066, 0x2069);
}

}  // namespace

std::string printable(std::string_view name) {
  std::string shown;
  while (!name.empty()) {
    const Letter letter = first_letter(name);
    if (letter.bytes > 0 && is_harmless(letter.code))
      shown += name.substr(0, letter.bytes);
    else
      shown += '?';
    name.remove_prefix(letter.bytes > 0 ? letter.bytes : 1);
  }
  return shown;
}

std::string in_quotes(std::string_view name) {
  std::size_t bytes = 60;
  if (name.size() <= bytes) return text('\'', printable(name), '\'');
  while (bytes > 57 && continues(name[bytes])) --bytes;
  return text('\'', printable(name.substr(0, bytes)), "…'");
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const Letter letter = first_letter(text);
    if (letter.bytes == 0) return false;
    text.remove_prefix(letter.bytes);
  }
  return true;
}

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (auto place = static_cast<std::ptrdiff_t>(digits.size()) - 3; place > 0; place -= 3)
    digits.insert(static_cast<std::size_t>(place), 1, ',');
  return digits;
}
std::string grouped(std::int64_t number) { return grouped(static_cast<std::uint64_t>(number)); }

}  // namespace ebb::nn
