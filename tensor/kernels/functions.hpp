// Formulas of powers, exponentials, logarithms and waves.
#pragma once

#include <tensor/kernels/formula.hpp>

namespace ebb::kernels {

// clang-format off

struct Square      { auto operator()(const auto& x) const { return x * x; } };
struct SquareSlope { using reads = Reads<0>; auto operator()(const auto& x, const auto& dy) const { return dy * (2 * x); } };
struct Sqrt        { auto operator()(const auto& x) const { return sqrt(x); } };
struct SqrtSlope   { using reads = Reads<output>; auto operator()(const auto& y, const auto& dy) const { return dy / (2 * y); } };
struct Rsqrt       { auto operator()(const auto& x) const { return 1 / sqrt(x); } };
struct RsqrtSlope  { using reads = Reads<output>; auto operator()(const auto& y, const auto& dy) const { return dy * (-0.5 * y * y * y); } };
struct Exp         { auto operator()(const auto& x) const { return exp(x); } };
struct ExpSlope    { using reads = Reads<output>; auto operator()(const auto& y, const auto& dy) const { return dy * y; } };
struct Expm1       { auto operator()(const auto& x) const { return expm1(x); } };
struct Expm1Slope  { using reads = Reads<output>; auto operator()(const auto& y, const auto& dy) const { return dy * (y + 1); } };
struct Log         { auto operator()(const auto& x) const { return log(x); } };
struct LogSlope    { using reads = Reads<0>; auto operator()(const auto& x, const auto& dy) const { return dy / x; } };
struct Log1p       { auto operator()(const auto& x) const { return log1p(x); } };
struct Log1pSlope  { using reads = Reads<0>; auto operator()(const auto& x, const auto& dy) const { return dy / (x + 1); } };
// log(1 - e^x). Of the two forms each is exact where the other cancels.
struct Log1mexp      { auto operator()(const auto& x) const { return select(x > -0.693147180559945309, log(-expm1(x)), log1p(-exp(x))); } };
struct Log1mexpSlope { using reads = Reads<0>; auto operator()(const auto& x, const auto& dy) const { return dy * (exp(x) / expm1(x)); } };
// As C's: an odd b hands on the sign of a, of -0 and -infinity, too; numbers too large to be odd are even.
struct Pow         { auto operator()(const auto& a, const auto& b) const {
                       const auto size = select(abs(a) == 1, select(b == b, like(b, 1), b), magnitude(a, b));
                       const auto whole = select(floor(0.5 * b) == 0.5 * b, size, copysign(size, a));
                       const auto broken = select(a < 0, select(a == -infinity, size, like(a, nan)), size);
                       return select(b == 0, like(b, 1), select(a == 1, a, select(floor(b) == b, whole, broken))); } };
// dy c a^b, and 0 where dy or c is. On Variables all its derivatives by a are then 0, too.
inline auto times_power(const auto& dy, const auto& c, const auto& a, const auto& b) {
  return select(c == 0, c, select(dy == 0, dy, dy * (c * Pow{}(a, b))));
}
// Where b - 1 must be rounded, b is even, and a^(b - 1) would have the sign of a.
struct PowSlopeA   { using reads = Reads<0, 1>; auto operator()(const auto& a, const auto& b, const auto& dy) const {
                       const auto sign = select(select(a == 0, 1 / a, a) < 0, like(a, -1), like(a, 1));
                       const auto lost = select(abs(b - (b - 1) - 1) < 0.5, like(a, 1), sign);
                       return times_power(dy, lost * b, a, b - 1); } };
// a^b log(a) is 0 in the limit at a = 0 for b > 0, and at infinity for b < 0.
struct PowSlopeB   { using reads = Reads<0, 1, output>; auto operator()(const auto& a, const auto& b, const auto& y, const auto& dy) const {
                       return dy * (y * log(select(b < 0, select(a == infinity, like(a, 1), a), select(a == 0, like(a, 1), a)))); } };

struct Sin           { auto operator()(const auto& x) const { return sin(x); } };
struct SinSlope      { using reads = Reads<0>; auto operator()(const auto& x, const auto& dy) const { return dy * cos(x); } };
struct Cos           { auto operator()(const auto& x) const { return cos(x); } };
struct CosSlope      { using reads = Reads<0>; auto operator()(const auto& x, const auto& dy) const { return -(dy * sin(x)); } };

struct Atan          { auto operator()(const auto& x) const { return atan(x); } };
struct AtanSlope     { using reads = Reads<0>; auto operator()(const auto& x, const auto& dy) const { const auto far = unless_infinite(x, 1e30); return dy / (1 + far * far); } };

inline auto gaussian(const auto& x) { return exp(-(x * x)); }
struct Erf           { auto operator()(const auto& x) const { return erf(x); } };
struct ErfSlope      { using reads = Reads<0>; auto operator()(const auto& x, const auto& dy) const { return dy * (1.12837916709551257 * gaussian(x)); } };

// erfc comes as e^(-x²) times a quotient of polynomials, fitted for this file to x from 0 to
// 30. The power is e^(-h²) e^(h² - x²), with an h near x whose square is exact: rounding x² would cost
// as many digits as x² has.
inline auto erf_complement(const auto& x) {
  const auto size = min(like(x, 30), abs(x));
  const auto above =
      polynomial(size, 1, 2.19568617752141975, 2.38438888224450158, 1.64498378538986707,
                 0.786834299970256825, 0.269515828217325798, 0.0661056119064881033,
                 0.0112347966483900627, 0.00120977360161977312, 6.38140817329472585e-5);
  const auto below =
      polynomial(size, 1, 3.32406534461691757, 5.1351949671750722, 4.86761823875870994,
                 3.14469573684955339, 1.45213986400890576, 0.487604396170891478,
                 0.118241280219369651, 0.0199697123437382019, 0.00214426787887504126,
                 1.13107514909824445e-4);
  const auto h = 0.0625 * nearbyint(16 * size);
  const auto y = exp(-(h * h)) * (exp((h - size) * (h + size)) * (above / below));
  return select(x < 0, 2 - y, y);
}
struct Erfc          { auto operator()(const auto& x) const { return erf_complement(x); } };
struct ErfcSlope     { using reads = Reads<0>; auto operator()(const auto& x, const auto& dy) const { return dy * (-1.12837916709551257 * gaussian(x)); } };

// clang-format on

}  // namespace ebb::kernels
