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

inline std::optional<long double> inverse_root(int n, long double x) {
  if (x == 0 && std::signbit(x)) return {};
  const long double y = 1 / std::sqrt(x), z = 1 / x;
  return n == 1 ? -0.5L * y * z : n == 2 ? 0.75L * y * z * z : -1.875L * y * z * z * z;
}

// The n-th of log(1 - e^x).
inline std::optional<long double> log_rest(int n, long double x) {
  if (x >= 0) return {};
  const long double y = 1 / std::expm1(-x), s = y * (1 + y);
  return n == 1 ? -y : n == 2 ? -s : -s * (1 + 2 * y);
}

// The n-th of the logistic function, itself for n = 0.
inline long double logistic(int n, long double x) {
  const long double y = 1 / (1 + std::exp(-x)), rest = 1 / (1 + std::exp(x)), s = y * rest;
  return n == 0 ? y : n == 1 ? s : n == 2 ? s * (rest - y) : s * (1 - 6 * s);
}

// Of log(e^a + e^b), i times by a and j times by b.
inline std::optional<long double> sum_of_powers(int i, int j, long double a, long double b) {
  if (a == b && std::isinf(a)) return i + j == 1 ? 0.5L : std::optional<long double>();
  return (j % 2 == 1 && i > 0 ? -1 : 1) *
         (i > 0 ? logistic(i + j - 1, a - b) : logistic(j - 1, b - a));
}

// The n-th of x Φ(x), and of its approximation by tanh.
inline long double normal_step(int n, long double x) {
  if (std::isinf(x)) return n == 1 && x > 0 ? 1 : 0;
  const long double half = std::numbers::sqrt2_v<long double> / 2;
  const long double density = half * std::numbers::inv_sqrtpi_v<long double> * std::exp(-x * x / 2);
  if (n > 1 && density == 0) return 0;
  return n == 1   ? std::erfc(-half * x) / 2 + x * density
         : n == 2 ? (2 - x * x) * density
                  : (x * x - 4) * x * density;
}
inline long double tanh_step(int n, long double x) {
  if (std::abs(x) > 30) return n == 1 && x > 0 ? 1 : 0;
  const long double c = std::sqrt(2 / std::numbers::pi_v<long double>), a = 0.044715L * c;
  const long double u = c * x + a * x * x * x, u1 = c + 3 * a * x * x, u2 = 6 * a * x, u3 = 6 * a;
  const long double t = std::tanh(u), t1 = 1 / std::cosh(u) / std::cosh(u), t2 = -2 * t * t1;
  const long double y1 = t1 * u1, y2 = t2 * u1 * u1 + t1 * u2;
  const long double y3 = (6 * t * t - 2) * t1 * u1 * u1 * u1 + 3 * t2 * u1 * u2 + t1 * u3;
  return n == 1 ? (1 + t + x * y1) / 2 : n == 2 ? y1 + x * y2 / 2 : 1.5L * y2 + x * y3 / 2;
}

// digamma for n = 0, trigamma for n = 1: the recurrence up to 40, there the series of Stirling;
// from the left by reflection. Nothing at the poles on the left.
inline std::optional<long double> gamma_family(int n, long double x) {
  if (x < 0 && x == std::floor(x)) return {};
  if (std::isinf(x)) return n == 0 ? x : 0;
  constexpr long double pi = std::numbers::pi_v<long double>;
  if (x < 0) {
    const long double r = pi * (x - std::round(x)), s = pi / std::sin(r);
    return n == 0 ? *gamma_family(0, 1 - x) - pi / std::tan(r) : s * s - *gamma_family(1, 1 - x);
  }
  long double sum = 0;
  for (; x < 40; ++x) sum += n == 0 ? -1 / x : 1 / (x * x);
  const long double y = 1 / x, z = y * y;
  if (n == 0) return sum + std::log(x) - y / 2 - z * (1 / 12.0L - z * (1 / 120.0L - z / 252));
  return sum + y + z / 2 + y * z * (1 / 6.0L - z * (1 / 30.0L - z / 42));
}

// The i-th by x and j-th by n of log|Γ(x + n) / Γ(x)|. Nothing where two derivatives of Γ are so
// large that they leave a dtype.
inline std::optional<long double> rising(int i, int j, long double x, long double n) {
  if (j == 0 && std::abs(x) < 1e-15L) return {};
  const std::optional<long double> to = gamma_family(i + j - 1, x + n);
  if (j > 0 || !to) return to;
  const std::optional<long double> from = gamma_family(i - 1, x);
  if (!from) return {};
  return *to - *from;
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
