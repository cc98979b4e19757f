// How the numbers of one tensor are written: all in one way and to one width, so that columns
// align. For tensor/ alone.
#pragma once

#include <string>
#include <tensor/dtype.hpp>
#include <vector>

namespace ebb::detail {

// Chosen by looking at all numbers that will be shown, NaN and infinities left out. Those of int32
// are integers. Floating ones are "3." where all are whole and below 10⁸; else they have four
// digits after the point, "0.2500", or "2.5000e-01" where one is larger than 10⁸, smaller than
// 10⁻⁴, or more than 1,000 times another (0 aside).
class NumberFormat final {
 public:
  NumberFormat(DType dtype, const std::vector<double>& shown);

  int width() const { return width_; }
  // The number, and blanks before it up to the width.
  void append(std::string& out, double number) const;

 private:
  enum class Style { integer, whole, fixed, scientific };
  static Style style_of(DType dtype, const std::vector<double>& shown);
  std::string write(double number) const;

  Style style_;
  int width_ = 0;
};

}  // namespace ebb::detail
