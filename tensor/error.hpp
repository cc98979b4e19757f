// What Ebb throws, and how its messages are put together.
//
// Bad use throws at the public function, before anything has changed. A message names the
// operation, the rule, what came, and what to try: "linear: input [128, 783] does not fit weight
// [400, 784]".
#pragma once

#include <charconv>
#include <concepts>
#include <stdexcept>
#include <string>
#include <string_view>

namespace ebb {

struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct ShapeError final : Error {  // shapes that do not fit each other or the operation
  using Error::Error;
};
struct DTypeError final : Error {  // dtypes that do not fit each other or the operation
  using Error::Error;
};
struct FormatError final : Error {  // a file whose contents break the rules of its format
  using Error::Error;
};
struct IoError final : Error {  // a file that cannot be opened, read or written
  using Error::Error;
};
struct MemoryError final : Error {  // the allocator's limit, or the system's, is reached
  using Error::Error;
};

// append(out, x) writes x the way a message shows it; types add their own overloads beside them.
inline void append(std::string& out, std::string_view part) { out += part; }
inline void append(std::string& out, char part) { out += part; }
template <class Number>
requires(std::integral<Number> || std::floating_point<Number>) void append(std::string& out,
                                                                           Number number) {
  if (number != number) return append(out, "nan");  // its sign says nothing
  char digits[32];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

// text("got ", 3, " axes") == "got 3 axes"
template <class... Parts>
std::string text(const Parts&... parts) {
  std::string out;
  (append(out, parts), ...);
  return out;
}

}  // namespace ebb
