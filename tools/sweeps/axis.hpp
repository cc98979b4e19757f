// An axis of a picture: where numbers lie, and which of them are named.
#pragma once

#include <string>
#include <vector>

namespace ebb::tools {

// Numbers along a line from `begin` to `end`, in the picture's coordinates: equal differences, or
// `by_factors` equal factors, are equal lengths. By factors, what is not above 0 lies at the least
// number. Include what it is to hold, then settle or span.
class Axis final {
 public:
  Axis(bool by_factors, double begin, double end)
      : by_factors_(by_factors), begin_(begin), end_(end) {}

  void include(double number);
  void settle();  // to round numbers around what it holds
  void span();    // exactly what it holds
  double operator()(double number) const;
  // Round numbers within it, about five.
  std::vector<double> ticks() const;

 private:
  double scaled(double number) const;

  bool by_factors_, empty_ = true;
  double begin_, end_;
  double least_ = 0, most_ = 0;  // what it holds
};

// As short as it goes: 0.002, 12.5, 400.
std::string spelled(double tick);

}  // namespace ebb::tools
