// Text as bytes of UTF-8 (RFC 3629).
#pragma once

#include <cstddef>
#include <string_view>

namespace ebb::nn {

// The bytes of the character that begins there, 1 to 4; 0 where none does: at the end, in the
// middle of one, and for what UTF-8 forbids (an overlong form, half a pair of UTF-16, a number
// above 0x10FFFF).
[[nodiscard]] std::size_t character_at(std::string_view text, std::size_t place);

// The place of the first byte that is not UTF-8; the size of the text where all of it is.
[[nodiscard]] std::size_t first_broken_byte(std::string_view text);

}  // namespace ebb::nn
