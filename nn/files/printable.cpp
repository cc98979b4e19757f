#include <cstdint>
#include <nn/files/printable.hpp>
#include <nn/files/utf8.hpp>
#include <tensor/error.hpp>

namespace ebb::nn {
namespace {

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
  while (bytes > 57 && continues_letter(name[bytes])) --bytes;
  return text('\'', printable(name.substr(0, bytes)), "…'");
}

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (auto place = static_cast<std::ptrdiff_t>(digits.size()) - 3; place > 0; place -= 3)
    digits.insert(static_cast<std::size_t>(place), 1, ',');
  return digits;
}
std::string grouped(std::int64_t number) { return grouped(static_cast<std::uint64_t>(number)); }

}  // namespace ebb::nn
