// What formulas are written in. Every elementwise operation is one, and so is each of its
// derivatives, which stands beside it: see arithmetic, functions, activations, losses and special.
//
// A formula is generic over what it computes with. Read on a SIMD vector it is one fused loop, read
// on double it is the reference of the tests, read on Variable it is a differentiable expression,
// so that a derivative written once has derivatives itself.
//
// A slope carries dy, the gradient that arrives, to dx, the one that leaves. It says what it reads
// besides dy, in the order of its arguments: inputs by number, or the output y. The tape keeps that
// and no more. A choice is written with select, never as a product: NaN times 0 is NaN. It asks
// with ==, never with !=: of NaN xsimd 8.1 says false there on AVX and AVX-512, but true on SSE.
//
// A slope that is read on Variables differentiates both branches of a select. The branch that is
// not taken receives the gradient 0, and 0 times an infinite slope is NaN: choose the argument
// first, so that both branches are finite. Where that would cost the loops something, the slope
// calls a function of its own (times_power, logistic, gaussian, erf_complement, bounded), which
// Variables have as well.
#pragma once

#include <cmath>
#include <limits>

namespace ebb::kernels {

template <int... What>
struct Reads {};
inline constexpr int output = -1;

// The number `value` as what x is. Arithmetic takes plain numbers, select and functions do not.
template <class T>
T like(const T&, double value) {
  return T(value);
}
inline double select(bool mask, double yes, double no) { return mask ? yes : no; }
inline bool any(bool mask) { return mask; }  // of a vector's: is it true in a lane?
// As x86's: b if either is NaN.
inline double max(double a, double b) { return a > b ? a : b; }
inline double min(double a, double b) { return a < b ? a : b; }
// |a|^b. Vectors have no function for it.
inline double magnitude(double a, double b) { return std::pow(std::abs(a), b); }
inline auto magnitude(const auto& a, const auto& b) { return exp(b * log(abs(a))); }
inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr double nan = std::numeric_limits<double>::quiet_NaN();

using std::abs, std::atan, std::ceil, std::copysign, std::cos, std::exp, std::expm1, std::floor,
    std::log, std::log1p, std::nearbyint, std::sin, std::sqrt, std::tanh, std::erf;

// c[0] + c[1] x + c[2] x² + …
inline auto polynomial(const auto& x, double c) { return like(x, c); }
inline auto polynomial(const auto& x, double c, auto... next) {
  return polynomial(x, next...) * x + c;
}

// x cut to [-size, size].
inline auto bounded(const auto& x, double size) {
  return max(like(x, -size), min(like(x, size), x));
}
// x, or `instead` where it is infinite: for the factor of a product whose limit is finite.
inline auto unless_infinite(const auto& x, double instead) {
  return select(abs(x) == infinity, like(x, instead), x);
}

}  // namespace ebb::kernels
