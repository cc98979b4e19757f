#include <charconv>
#include <tensor/error.hpp>

namespace ebb {
namespace {

template <class Number>
void append_number(std::string& out, Number number) {
  char digits[32];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

template <class Number>
void append_floating(std::string& out, Number number) {
  if (number != number)
    out += "nan";  // its sign says nothing
  else
    append_number(out, number);
}

}  // namespace

void append(std::string& out, std::string_view part) { out += part; }
void append(std::string& out, char part) { out += part; }
void append(std::string& out, std::int64_t number) { append_number(out, number); }
void append(std::string& out, std::uint64_t number) { append_number(out, number); }
void append(std::string& out, float number) { append_floating(out, number); }
void append(std::string& out, double number) { append_floating(out, number); }

}  // namespace ebb
