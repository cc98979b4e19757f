// Derivatives of first to third order in closed form, on long double: what the table of operations
// is held against where formulas saturate, overflow and choose.
#pragma once

#include <cmath>
#include <initializer_list>
#include <limits>
#include <numbers>
#include <tests/operations.hpp>

namespace derivatives {

// Of a function of one operand: from a list of all three.
inline long double in_order(const Orders& n, std::initializer_list<long double> all) {
  return all.begin()[n[0] - 1];
}

// Of a function that is straight in each operand: its slopes, and 0 beyond.
inline long double linear(const Orders& n, const Point& slopes) {
  if (n[0] + n[1] + n[2] != 1) return 0;
  return n[0] == 1 ? slopes[0] : n[1] == 1 ? slopes[1] : slopes[2];
}

// The n-th of 1 / x.
inline long double reciprocal(int n, long double x) {
  const long double y = 1 / x;
  return n == 0 ? y : n == 1 ? -y * y : n == 2 ? 2 * y * y * y : -6 * y * y * y * y;
}

// Of a / b, i times by a and j times by b.
inline std::optional<long double> quotient(int i, int j, long double a, long double b) {
  if (std::isinf(a) && j > 1) return {};
  return i > 1 ? 0 : i == 1 ? reciprocal(j, b) : a * reciprocal(j, b);
}

inline std::optional<long double> square_root(int n, long double x) {
  if (x == 0 && std::signbit(x)) return {};
  const long double y = std::sqrt(x);
  return n == 1 ? 0.5L / y : n == 2 ? -0.25L / (y * x) : 0.375L / (y * x * x);
}

// The n-th of the logistic function, itself for n = 0.
inline long double logistic(int n, long double x) {
  const long double y = 1 / (1 + std::exp(-x)), rest = 1 / (1 + std::exp(x)), s = y * rest;
  return n == 0 ? y : n == 1 ? s : n == 2 ? s * (rest - y) : s * (1 - 6 * s);
}

// The n-th of erf.
inline long double bell(int n, long double x) {
  const long double y = 2 * std::numbers::inv_sqrtpi_v<long double> * std::exp(-x * x);
  return n == 1 || y == 0 ? y : n == 2 ? -2 * x * y : (4 * x * x - 2) * y;
}

// What a gets of dy in maximum(a, b).
inline long double larger(long double a, long double b) { return a < b ? 0 : a == b ? 0.5L : 1; }

// Of a^b, i times by a: b (b - 1) … a^(b - i), with the sign that C gives it.
inline std::optional<long double> power_by_a(int i, long double a, long double b) {
  const long double factor = i == 0 ? 1 : i == 1 ? b : i == 2 ? b * b - b : b * (b - 1) * (b - 2);
  if (factor == 0) return 0;
  if (a < 0 && std::isfinite(a) && b != std::floor(b)) {
    if (std::abs(b) < 1e-20L) return {};  // b - 1 is rounded to a whole number
    return NAN;
  }
  const bool odd = std::fmod(std::fmod(std::abs(b), 2.0L) + i, 2.0L) == 1;
  const long double size = std::pow(std::abs(a), b - i), most = std::numeric_limits<float>::max();
  if (a != 0 && size > most && std::abs(factor) * size < most) return {};  // a^(b - i) overflows
  return factor * std::copysign(size, odd ? a : 1.0L);
}

// Of a^b, i times by a and j times by b.
inline std::optional<long double> power(int i, int j, long double a, long double b) {
  if (std::isinf(b) || (i > 1 && std::abs(b) > 1e18L)) return {};  // b² overflows
  if (std::isnan(b)) return i == 0 && a == 1 ? 0 : NAN;
  if (j == 0) return power_by_a(i, a, b);
  if (a == 0 || std::isinf(a)) {
    if (i > 0 || std::signbit(a)) return {};
    return (a == 0) == (b >= 0) ? 0 : std::pow(a, b) * std::pow(std::log(a), j);
  }
  const bool underflows = std::pow(std::abs(a), b) < std::numeric_limits<float>::min();
  if (i > 0 && (std::isnan(a) || (std::abs(a) < 1e-20L && (b == 0 || underflows)))) return {};
  // The sum of a product's derivatives: of the polynomial in b before a^(b - i), and of that.
  const long double polynomial[4][4] = {
      {1},
      {b, 1},
      {b * b - b, 2 * b - 1, 2},
      {b * (b - 1) * (b - 2), 3 * b * b - 6 * b + 2, 6 * b - 6, 6}};
  const long double log_a = std::log(a);
  long double sum = 0, binomial = 1;
  for (int k = 0; k <= j; ++k) {
    sum += binomial * polynomial[i][k] * std::pow(log_a, j - k);
    binomial = binomial * (j - k) / (k + 1);
  }
  return sum == 0 ? 0 : sum * std::pow(a, b - i);
}

}  // namespace derivatives
