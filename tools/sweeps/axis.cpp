#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tools/sweeps/axis.hpp>

namespace ebb::tools {

namespace {

// 1, 2 or 5 times a power of ten, not below the number.
double round_up(double number) {
  const double power = std::pow(10, std::floor(std::log10(number)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * power >= number * (1 - 1e-9)) return factor * power;
  return 10 * power;
}

double step_of(double least, double most) { return round_up((most - least) / 5); }

// 1, 2, 5, 10, …, or where those are many every third.
std::vector<double> factors(double least, double most) {
  const bool all = most / least < 300;
  std::vector<double> found;
  for (double power = std::pow(10, std::floor(std::log10(least))); power <= most; power *= 10)
    for (const double factor : {1.0, 2.0, 5.0})
      if ((all || factor == 1) && factor * power >= least * (1 - 1e-9) &&
          factor * power <= most * (1 + 1e-9))
        found.push_back(factor * power);
  return found;
}

}  // namespace

void Axis::include(double number) {
  if (!std::isfinite(number) || (by_factors_ && number <= 0)) return;
  least_ = empty_ ? number : std::min(least_, number);
  most_ = empty_ ? number : std::max(most_, number);
  empty_ = false;
}

void Axis::span() {
  if (empty_) least_ = most_ = 1;
  if (least_ < most_) return;
  least_ = by_factors_ ? least_ / 2 : least_ - 1;
  most_ = by_factors_ ? most_ * 2 : most_ + 1;
}

void Axis::settle() {
  span();
  if (by_factors_) {
    least_ /= 1.15;
    most_ *= 1.15;
    return;
  }
  const double step = step_of(least_, most_);
  least_ = std::floor(least_ / step) * step;
  most_ = std::ceil(most_ / step) * step;
}

double Axis::scaled(double number) const {
  return by_factors_ ? std::log(std::max(number, least_)) : number;
}

double Axis::operator()(double number) const {
  const double low = scaled(least_), high = scaled(most_);
  return begin_ + (end_ - begin_) * (scaled(number) - low) / (high - low);
}

std::vector<double> Axis::ticks() const {
  if (by_factors_ && most_ / least_ >= 5) return factors(least_, most_);
  const double step = step_of(least_, most_);
  std::vector<double> found;
  for (double i = std::ceil(least_ / step - 1e-9); i * step <= most_ + step * 1e-9; ++i)
    found.push_back(i * step);
  return found;
}

std::string spelled(double tick) { return fmt::format("{:.6g}", tick == 0 ? 0 : tick); }

}  // namespace ebb::tools
