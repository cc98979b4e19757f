#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <tensor/common/number_format.hpp>

namespace ebb::detail {

NumberFormat::NumberFormat(DType dtype, const std::vector<double>& shown)
    : style_(style_of(dtype, shown)) {
  for (const double number : shown)
    width_ = std::max(width_, static_cast<int>(write(number).size()));
}

NumberFormat::Style NumberFormat::style_of(DType dtype, const std::vector<double>& shown) {
  if (dtype == DType::int32) return Style::integer;
  double smallest = std::numeric_limits<double>::infinity(), largest = 0;  // of all but 0
  bool whole = true;
  for (const double number : shown) {
    if (!std::isfinite(number) || number == 0) continue;
    smallest = std::min(smallest, std::abs(number));
    largest = std::max(largest, std::abs(number));
    whole = whole && number == std::trunc(number);
  }
  if (largest >= 1e8) return Style::scientific;
  if (whole) return Style::whole;
  return smallest < 1e-4 || largest / smallest > 1000 ? Style::scientific : Style::fixed;
}

std::string NumberFormat::write(double number) const {
  if (std::isnan(number)) return "nan";  // its sign says nothing
  if (std::isinf(number)) return number < 0 ? "-inf" : "inf";
  char digits[32];
  const bool exponent = style_ == Style::scientific;
  const bool fraction = exponent || style_ == Style::fixed;
  const auto end = std::to_chars(
      digits, digits + sizeof digits, number,
      exponent ? std::chars_format::scientific : std::chars_format::fixed, fraction ? 4 : 0);
  return std::string(digits, end.ptr) + (style_ == Style::whole ? "." : "");
}

void NumberFormat::append(std::string& out, double number) const {
  const std::string written = write(number);
  out.append(static_cast<std::size_t>(width_) - written.size(), ' ');
  out += written;
}

}  // namespace ebb::detail
