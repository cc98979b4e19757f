// What Ebb throws, and how its messages are put together.
//
// Bad use throws at the public function, before anything has changed. A message names the
// operation, the rule, what came, and what to try: "linear: input [128, 783] does not fit weight
// [400, 784]".
#pragma once

#if __cplusplus <= 201703L
#error "Ebb is written in C++20: compile with -std=c++20 or later"
#include <C++20>  // There is no such file, so the compiler stops instead of listing what follows.
#endif

#include <concepts>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

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
void append(std::string& out, std::string_view part);
void append(std::string& out, char part);
void append(std::string& out, std::int64_t number);
void append(std::string& out, std::uint64_t number);
void append(std::string& out, float number);  // the shortest digits that give the number back
void append(std::string& out, double number);
template <std::integral Number>
void append(std::string& out, Number number) {
  append(out, std::conditional_t<std::is_signed_v<Number>, std::int64_t, std::uint64_t>(number));
}

// text("got ", 3, " axes") == "got 3 axes"
template <class... Parts>
[[nodiscard]] std::string text(const Parts&... parts) {
  std::string out;
  (append(out, parts), ...);
  return out;
}

}  // namespace ebb
