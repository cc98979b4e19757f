// Names from outside, of files and of what they hold, and large numbers, as a message shows them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ebb::nn {

// The name with a '?' for everything that could steer a terminal, break the line or turn its
// direction (control characters, DEL, those of C1, Unicode's separators of lines and marks of
// direction) and for every byte that is not UTF-8.
[[nodiscard]] std::string printable(std::string_view name);

// The same in quotes, and no longer than a line can take: 'encoder.weight'.
[[nodiscard]] std::string in_quotes(std::string_view name);

// A number that is not negative, by thousands: "47,040,016".
[[nodiscard]] std::string grouped(std::int64_t number);
[[nodiscard]] std::string grouped(std::uint64_t number);

}  // namespace ebb::nn
