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
//
// A slope that is read on Variables differentiates both branches of a select. The branch that is
// not taken receives the gradient 0, and 0 times an infinite slope is NaN: choose the argument
// first, so that both branches are finite. Where that would cost the loops something, the slope
// calls a function of its own (times_power, logistic, gaussian), which Variables have as well.
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
// |a|^b. Vectors have no function for it.
inline double magnitude(double a, double b) { return std::pow(std::abs(a), b); }
inline auto magnitude(const auto& a, const auto& b) { return exp(b * log(abs(a))); }
inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr double nan = std::numeric_limits<double>::quiet_NaN();

using std::abs, std::copysign, std::cos, std::exp, std::expm1, std::floor, std::log, std::log1p,
    std::sin, std::sqrt, std::tanh, std::erf;

// clang-format off

// Arithmetic. The rules of a sum hand dy on as it is; Identity and Negate say so.
struct Add      { auto operator()(const auto& a, const auto& b) const { return a + b; } };
struct Subtract { auto operator()(const auto& a, const auto& b) const { return a - b; } };
struct Multiply { auto operator()(const auto& a, const auto& b) const { return a * b; } };
struct Divide   { auto operator()(const auto& a, const auto& b) const { return a / b; } };
struct Negate   { using reads = Reads<>; auto operator()(const auto& x) const { return -x; } };
struct NoSlope  {};  // for an input that gets no gradient
struct Identity { using reads = Reads<>; auto operator()(const auto& dy) const { return dy; } };
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

// Waves and sigmoids.
struct Sin           { auto operator()(const auto& x) const { return sin(x); } };
struct SinSlope      { using reads = Reads<0>; auto operator()(const auto& x, const auto& dy) const { return dy * cos(x); } };
struct Cos           { auto operator()(const auto& x) const { return cos(x); } };
struct CosSlope      { using reads = Reads<0>; auto operator()(const auto& x, const auto& dy) const { return -(dy * sin(x)); } };
struct Tanh          { auto operator()(const auto& x) const { return tanh(x); } };
struct TanhSlope     { using reads = Reads<output>; auto operator()(const auto& y, const auto& dy) const { return dy * (1 - y * y); } };
inline auto gaussian(const auto& x) { return exp(-(x * x)); }
struct Erf           { auto operator()(const auto& x) const { return erf(x); } };
struct ErfSlope      { using reads = Reads<0>; auto operator()(const auto& x, const auto& dy) const { return dy * (1.12837916709551257 * gaussian(x)); } };
inline auto logistic(const auto& x) { return 1 / (1 + exp(-x)); }  // on Variables it is sigmoid
struct Sigmoid       { auto operator()(const auto& x) const { return logistic(x); } };
struct SigmoidSlope  { using reads = Reads<output>; auto operator()(const auto& y, const auto& dy) const { return dy * (y * (1 - y)); } };
struct Softplus      { auto operator()(const auto& x) const { return select(x <= 0, like(x, 0), x) + log1p(exp(-abs(x))); } };
struct SoftplusSlope { using reads = Reads<0>; auto operator()(const auto& x, const auto& dy) const { return dy * logistic(x); } };

// Choices. At a kink relu takes the slope 0, abs 0, and maximum and minimum share dy between equals.
// Where an input is NaN, none is cut: dy passes whole.
struct Relu          { auto operator()(const auto& x) const { return select(x <= 0, like(x, 0), x); } };
struct ReluSlope     { using reads = Reads<output>; auto operator()(const auto& y, const auto& dy) const { return select(y <= 0, like(dy, 0), dy); } };
struct Abs           { auto operator()(const auto& x) const { return abs(x); } };
struct AbsSlope      { using reads = Reads<0>; auto operator()(const auto& x, const auto& dy) const {
                         return select(x == 0, like(dy, 0), select(x < 0, -dy, dy)); } };
struct Maximum       { auto operator()(const auto& a, const auto& b) const { return select(a == a, max(a, b), a); } };
struct Minimum       { auto operator()(const auto& a, const auto& b) const { return select(a == a, min(a, b), a); } };
struct MaximumSlopeA { using reads = Reads<0, 1>; auto operator()(const auto& a, const auto& b, const auto& dy) const {
                         return select(a < b, like(dy, 0), select(a == b, 0.5 * dy, dy)); } };
struct MaximumSlopeB { using reads = Reads<1, 0>; auto operator()(const auto& b, const auto& a, const auto& dy) const { return MaximumSlopeA{}(b, a, dy); } };
struct MinimumSlopeA { using reads = Reads<0, 1>; auto operator()(const auto& a, const auto& b, const auto& dy) const {
                         return select(a > b, like(dy, 0), select(a == b, 0.5 * dy, dy)); } };
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
struct BernoulliLossSlopeX { using reads = Reads<0, 1>; auto operator()(const auto& x, const auto& t, const auto& dy) const { return dy * (logistic(x) - t); } };
struct BernoulliLossSlopeT { using reads = Reads<0>; auto operator()(const auto& x, const auto& dy) const { return -(dy * x); } };
struct SquaredError        { auto operator()(const auto& x, const auto& t) const { return (x - t) * (x - t); } };
struct SquaredErrorSlopeX  { using reads = Reads<0, 1>; auto operator()(const auto& x, const auto& t, const auto& dy) const { return dy * (2 * (x - t)); } };
struct SquaredErrorSlopeT  { using reads = Reads<0, 1>; auto operator()(const auto& x, const auto& t, const auto& dy) const { return dy * (2 * (t - x)); } };
// KL(N(m, e^v) || N(0, 1)) with v the logarithm of the variance. Terms are halved first: m² overflows
// where the result does. An infinite v is cut, as infinity less infinity is NaN.
struct GaussianKl       { auto operator()(const auto& m, const auto& v) const { return 0.5 * m * m + 0.5 * (expm1(v) - min(like(v, 1e30), v)); } };
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
    Add, Subtract, Multiply, Divide, Negate, Identity, MultiplySlopeA, MultiplySlopeB, DivideSlopeA, DivideSlopeB,
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
