// Formulas of powers, exponentials, logarithms and waves.
#pragma once

#include <tensor/kernels/formula.hpp>

namespace ebb::kernels {

// clang-format off

struct Square      { auto operator()(const auto& x) const { return x * x; } };
struct SquareSlope { using reads = Reads<0>; auto operator()(const auto& x, const auto& dy) const { return dy * (2 * x); } };
struct Sqrt        { auto operator()(const auto& x) const { return sqrt(x); } };
struct SqrtSlope   { using reads = Reads<output>; auto operator()(const auto& y, const auto& dy) const { return dy / (2 * y); } };
struct Exp         { auto operator()(const auto& x) const { return exp(x); } };
struct ExpSlope    { using reads = Reads<output>; auto operator()(const auto& y, const auto& dy) const { return dy * y; } };
struct Expm1       { auto operator()(const auto& x) const { return expm1(x); } };
struct Expm1Slope  { using reads = Reads<output>; auto operator()(const auto& y, const auto& dy) const { return dy * (y + 1); } };
struct Log         { auto operator()(const auto& x) const { return log(x); } };
struct LogSlope    { using reads = Reads<0>; auto operator()(const auto& x, const auto& dy) const { return dy / x; } };
struct Log1p       { auto operator()(const auto& x) const { return log1p(x); } };
struct Log1pSlope  { using reads = Reads<0>; auto operator()(const auto& x, const auto& dy) const { return dy / (x + 1); } };
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

inline auto gaussian(const auto& x) { return exp(-(x * x)); }
struct Erf           { auto operator()(const auto& x) const { return erf(x); } };
struct ErfSlope      { using reads = Reads<0>; auto operator()(const auto& x, const auto& dy) const { return dy * (1.12837916709551257 * gaussian(x)); } };

// clang-format on

}  // namespace ebb::kernels
