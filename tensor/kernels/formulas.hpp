// Every elementwise operation as a formula, and its derivatives as formulas beside it.
//
// A formula is generic over what it computes with. Read on a SIMD vector it is one fused loop, read
// on double it is the reference of the tests, read on Variable it is a differentiable expression,
// so that a derivative written once has derivatives itself.
//
// A slope carries dy, the gradient that arrives, to dx, the one that leaves. It says what it reads
// besides dy, in the order of its arguments: inputs by number, or the output y. The tape keeps that
// and no more. A choice is written with select, never as a product: NaN times 0 is NaN. It asks
// with ==, never with !=: of NaN xsimd 8.1 says false there on AVX and AVX-512, but true on SSE.
#pragma once

#include <cmath>
#include <limits>
#include <type_traits>

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
// As x86's: b if either is NaN.
inline double max(double a, double b) { return a > b ? a : b; }
inline double min(double a, double b) { return a < b ? a : b; }
// As xsimd's: C's pow is infinite for a = -infinity and a broken b.
inline double pow(double a, double b) {
  return a < 0 && b != std::floor(b) ? std::numeric_limits<double>::quiet_NaN() : std::pow(a, b);
}

using std::abs, std::cos, std::exp, std::expm1, std::log, std::log1p, std::sin, std::sqrt,
    std::tanh, std::erf;

// clang-format off

// Arithmetic. The rules of a sum hand dy on as it is; Pass and Negate say so.
struct Add      { auto operator()(const auto& a, const auto& b) const { return a + b; } };
struct Subtract { auto operator()(const auto& a, const auto& b) const { return a - b; } };
struct Multiply { auto operator()(const auto& a, const auto& b) const { return a * b; } };
struct Divide   { auto operator()(const auto& a, const auto& b) const { return a / b; } };
struct Negate   { using reads = Reads<>; auto operator()(const auto& x) const { return -x; } };
struct NoSlope  {};  // for an input that gets no gradient
struct Pass     { using reads = Reads<>; auto operator()(const auto& dy) const { return dy; } };
struct MultiplySlopeA { using reads = Reads<1>; auto operator()(const auto& b, const auto& dy) const { return dy * b; } };
struct MultiplySlopeB { using reads = Reads<0>; auto operator()(const auto& a, const auto& dy) const { return dy * a; } };
struct DivideSlopeA   { using reads = Reads<1>; auto operator()(const auto& b, const auto& dy) const { return dy / b; } };
struct DivideSlopeB   { using reads = Reads<1, output>; auto operator()(const auto& b, const auto& y, const auto& dy) const { return -(dy * y) / b; } };

// Powers, exponentials and logarithms.
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
struct Pow         { auto operator()(const auto& a, const auto& b) const {
                       const auto of_zero = select(b < 0, like(b, std::numeric_limits<double>::infinity()), like(b, 0));
                       return select(b == 0, like(b, 1), select(a == 0, of_zero, pow(a, b))); } };
inline auto power(const auto& a, const auto& b) { return Pow{}(a, b); }  // on Variables it is pow
struct PowSlopeA   { using reads = Reads<0, 1>; auto operator()(const auto& a, const auto& b, const auto& dy) const {
                       return select(b == 0, like(b, 0), dy * (b * power(a, b - 1))); } };
struct PowSlopeB   { using reads = Reads<0, output>; auto operator()(const auto& a, const auto& y, const auto& dy) const {
                       return select(a == 0, like(y, 0), dy * (y * log(select(a == 0, like(a, 1), a)))); } };

// Waves and sigmoids.
struct Sin           { auto operator()(const auto& x) const { return sin(x); } };
struct SinSlope      { using reads = Reads<0>; auto operator()(const auto& x, const auto& dy) const { return dy * cos(x); } };
struct Cos           { auto operator()(const auto& x) const { return cos(x); } };
struct CosSlope      { using reads = Reads<0>; auto operator()(const auto& x, const auto& dy) const { return -(dy * sin(x)); } };
struct Tanh          { auto operator()(const auto& x) const { return tanh(x); } };
struct TanhSlope     { using reads = Reads<output>; auto operator()(const auto& y, const auto& dy) const { return dy * (1 - y * y); } };
struct Erf           { auto operator()(const auto& x) const { return erf(x); } };
struct ErfSlope      { using reads = Reads<0>; auto operator()(const auto& x, const auto& dy) const { return dy * (1.12837916709551257 * exp(-(x * x))); } };
struct Sigmoid       { auto operator()(const auto& x) const { return 1 / (1 + exp(-x)); } };
struct SigmoidSlope  { using reads = Reads<output>; auto operator()(const auto& y, const auto& dy) const { return dy * (y * (1 - y)); } };
struct Softplus      { auto operator()(const auto& x) const { return select(x <= 0, like(x, 0), x) + log1p(exp(-abs(x))); } };
struct SoftplusSlope { using reads = Reads<0>; auto operator()(const auto& x, const auto& dy) const { return dy / (1 + exp(-x)); } };

// Choices. At a kink relu takes the slope 0, abs 0, and maximum and minimum share dy between equals.
struct Relu          { auto operator()(const auto& x) const { return select(x <= 0, like(x, 0), x); } };
struct ReluSlope     { using reads = Reads<output>; auto operator()(const auto& y, const auto& dy) const { return select(y <= 0, like(dy, 0), dy); } };
struct Abs           { auto operator()(const auto& x) const { return abs(x); } };
struct AbsSlope      { using reads = Reads<0>; auto operator()(const auto& x, const auto& dy) const {
                         return select(x == 0, like(dy, 0), select(x < 0, -dy, dy)); } };
struct Maximum       { auto operator()(const auto& a, const auto& b) const { return select(a == a, max(a, b), a); } };
struct Minimum       { auto operator()(const auto& a, const auto& b) const { return select(a == a, min(a, b), a); } };
struct MaximumSlopeA { using reads = Reads<0, 1>; auto operator()(const auto& a, const auto& b, const auto& dy) const {
                         return select(a > b, dy, select(a == b, 0.5 * dy, like(dy, 0))); } };
struct MaximumSlopeB { using reads = Reads<1, 0>; auto operator()(const auto& b, const auto& a, const auto& dy) const { return MaximumSlopeA{}(b, a, dy); } };
struct MinimumSlopeA { using reads = Reads<0, 1>; auto operator()(const auto& a, const auto& b, const auto& dy) const {
                         return select(a < b, dy, select(a == b, 0.5 * dy, like(dy, 0))); } };
struct MinimumSlopeB { using reads = Reads<1, 0>; auto operator()(const auto& b, const auto& a, const auto& dy) const { return MinimumSlopeA{}(b, a, dy); } };
struct Clamp         { auto operator()(const auto& x, const auto& low, const auto& high) const { return min(high, max(low, x)); } };
struct ClampSlope    { using reads = Reads<0, 1, 2>; auto operator()(const auto& x, const auto& low, const auto& high, const auto& dy) const {
                         return select(x < low, like(dy, 0), select(x > high, like(dy, 0), dy)); } };
struct Where         { auto operator()(const auto& mask, const auto& a, const auto& b) const { return select(mask == 0, b, a); } };
struct WhereSlopeA   { using reads = Reads<0>; auto operator()(const auto& mask, const auto& dy) const { return select(mask == 0, like(dy, 0), dy); } };
struct WhereSlopeB   { using reads = Reads<0>; auto operator()(const auto& mask, const auto& dy) const { return select(mask == 0, dy, like(dy, 0)); } };

// Comparisons: 0 or 1 in the dtype of what is compared; they have no derivative.
struct Equal        { auto operator()(const auto& a, const auto& b) const { return select(a == b, like(a, 1), like(a, 0)); } };
struct NotEqual     { auto operator()(const auto& a, const auto& b) const { return select(a == b, like(a, 0), like(a, 1)); } };
struct Less         { auto operator()(const auto& a, const auto& b) const { return select(a < b, like(a, 1), like(a, 0)); } };
struct LessEqual    { auto operator()(const auto& a, const auto& b) const { return select(a <= b, like(a, 1), like(a, 0)); } };
struct Greater      { auto operator()(const auto& a, const auto& b) const { return select(a > b, like(a, 1), like(a, 0)); } };
struct GreaterEqual { auto operator()(const auto& a, const auto& b) const { return select(a >= b, like(a, 1), like(a, 0)); } };

// Losses, fused because they run over every pixel.
// The Bernoulli's negative log-likelihood of t under the logit x, log(1 + e^x) - x t, without overflow.
struct BernoulliLoss       { auto operator()(const auto& x, const auto& t) const { return Softplus{}(x) - x * t; } };
struct BernoulliLossSlopeX { using reads = Reads<0, 1>; auto operator()(const auto& x, const auto& t, const auto& dy) const { return dy * (1 / (1 + exp(-x)) - t); } };
struct BernoulliLossSlopeT { using reads = Reads<0>; auto operator()(const auto& x, const auto& dy) const { return -(dy * x); } };
struct SquaredError        { auto operator()(const auto& x, const auto& t) const { return (x - t) * (x - t); } };
struct SquaredErrorSlopeX  { using reads = Reads<0, 1>; auto operator()(const auto& x, const auto& t, const auto& dy) const { return dy * (2 * (x - t)); } };
struct SquaredErrorSlopeT  { using reads = Reads<0, 1>; auto operator()(const auto& x, const auto& t, const auto& dy) const { return dy * (2 * (t - x)); } };
// KL(N(m, e^v) || N(0, 1)) with v the logarithm of the variance.
struct GaussianKl       { auto operator()(const auto& m, const auto& v) const { return 0.5 * (m * m + expm1(v) - v); } };
struct GaussianKlSlopeM { using reads = Reads<0>; auto operator()(const auto& m, const auto& dy) const { return dy * m; } };
struct GaussianKlSlopeV { using reads = Reads<1>; auto operator()(const auto& v, const auto& dy) const { return 0.5 * (dy * expm1(v)); } };

// clang-format on

// The formulas that have compiled loops; a formula's place here is its place in the kernel tables.
template <class... Formulas>
struct List {
  static constexpr int size = sizeof...(Formulas);
  template <class F>
  static constexpr int place = [] {
    int place = 0, found = -1;
    ((std::is_same_v<F, Formulas> ? void(found = place++) : void(++place)), ...);
    return found;  // -1 where F is not in the list
  }();
};
using Comparisons =
    List<Where, Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual>;  // int32 too
// clang-format off
using AllFormulas = List<
    Where, WhereSlopeA, WhereSlopeB, Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual,
    Add, Subtract, Multiply, Divide, Negate, Pass, MultiplySlopeA, MultiplySlopeB, DivideSlopeA, DivideSlopeB,
    Square, SquareSlope, Sqrt, SqrtSlope, Pow, PowSlopeA, PowSlopeB,
    Exp, ExpSlope, Expm1, Expm1Slope, Log, LogSlope, Log1p, Log1pSlope,
    Sin, SinSlope, Cos, CosSlope, Tanh, TanhSlope, Erf, ErfSlope, Sigmoid, SigmoidSlope, Softplus, SoftplusSlope,
    Relu, ReluSlope, Abs, AbsSlope, Clamp, ClampSlope,
    Maximum, Minimum, MaximumSlopeA, MaximumSlopeB, MinimumSlopeA, MinimumSlopeB,
    BernoulliLoss, BernoulliLossSlopeX, BernoulliLossSlopeT,
    SquaredError, SquaredErrorSlopeX, SquaredErrorSlopeT,
    GaussianKl, GaussianKlSlopeM, GaussianKlSlopeV>;
// clang-format on

}  // namespace ebb::kernels
