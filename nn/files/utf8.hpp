// Text as bytes of UTF-8 (RFC 3629).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ebb::nn {

struct Letter {
  std::uint32_t code;  // its number in Unicode
  std::size_t bytes;   // 1 to 4; 0: what stands there is no UTF-8
};

// The letter that a text begins with. None begins an empty text, the middle of a letter, and what
// UTF-8 forbids: an overlong form, half a pair of UTF-16, a number above 0x10FFFF.
[[nodiscard]] Letter first_letter(std::string_view text);

// The place of the first byte that is not UTF-8; the size of the text where all of it is.
[[nodiscard]] std::size_t first_broken_byte(std::string_view text);

// The same of the first byte that is not UTF-8 or is 0, as no text holds one.
[[nodiscard]] std::size_t first_byte_of_no_text(std::string_view text);

// Does a byte stand inside of a letter, not at its beginning?
[[nodiscard]] bool continues_letter(char byte);

}  // namespace ebb::nn
