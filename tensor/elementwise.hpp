// Elementwise functions. Each line is the whole function: the formula of its value, then one slope
// per input, in order. Read on Tensors it computes; read on Variables (autograd/elementwise.hpp) it
// is also recorded. Operands broadcast and must share a dtype; a plain number takes the dtype of
// what it meets. Every function returns a new tensor and throws ShapeError where shapes do not
// broadcast, DTypeError where dtypes differ or the operation does not exist for int32: comparisons,
// where, + - * and negation do. Error where int32 cannot hold a result, or a plain number that
// meets it, such as a fraction. Numbers too small for the normal ones of the dtype, 1.2e-38 in
// float32, count as zero, in arguments and in between: softplus(-88) is 0.
//
// Derivatives of first to third order are finite where they are so in mathematics, and at an
// infinite argument their limit. What follows is convention. At a kink: relu and abs have the slope
// 0, elu and leaky_relu that of x < 0, clamp has 1 at its bounds, maximum and minimum share the
// gradient between equals. Where an input is NaN, the choices abs, relu, clamp, maximum and minimum
// give NaN, and each of their inputs gets the gradient whole. Once the value or a derivative is too
// large for the dtype, derivatives of higher order may be infinite or NaN.
#pragma once

#include <initializer_list>
#include <tensor/error.hpp>
#include <tensor/kernels/formula_names.hpp>
#include <tensor/tensor.hpp>
#include <type_traits>

namespace ebb {

// At least one argument of an operation is an operand, the others may be numbers.
template <class... Ts>
concept Operands = (is_operand<Ts> || ...) && ((is_operand<Ts> || std::is_arithmetic_v<Ts>)&&...);
template <class T>
concept Operand = is_operand<T>;
template <class B, class A>
concept OperandWith = Operands<A, B>;

namespace detail {
struct Argument {
  Argument(const Tensor& x) : tensor(&x) {}
  template <class Number>
  requires std::is_arithmetic_v<Number> Argument(Number x) : number(static_cast<double>(x)) {}
  const Tensor* tensor = nullptr;
  double number = 0;
};
Tensor run_formula(const char* name, int formula, std::initializer_list<Argument> x);
void require_bounds(double low, double high);
}  // namespace detail

// One fused loop over the operands. F is a formula from the list, with a compiled loop.
template <class F, class... Ts>
requires((std::is_same_v<Ts, Tensor> || std::is_arithmetic_v<Ts>)&&...) Tensor
    apply(F, const Ts&... x) {
  static_assert(kernels::AllFormulas::place<F> >= 0,
                "apply: this formula is not in AllFormulas, so it has no compiled loop; write the "
                "operation with record, or add the formula to the list");
  return detail::run_formula("apply", kernels::AllFormulas::place<F>, {x...});
}
template <class F, class... Slopes, class... Ts>
requires((std::is_same_v<Ts, Tensor> || std::is_arithmetic_v<Ts>)&&...) Tensor
    elementwise(const char* name, const Ts&... x) {
  static_assert(
      kernels::AllFormulas::place<F> >= 0,
      "elementwise: this formula is not in AllFormulas, so it has no compiled loop; write "
      "the operation with record, or add the formula to the list");
  return detail::run_formula(name, kernels::AllFormulas::place<F>, {x...});
}

// clang-format off
// Arithmetic. a / 0 is an infinity or NaN. Of an infinite a / b, higher derivatives may be NaN.
// Division of int32 is an error: try cast first.
template <class A, OperandWith<A> B> auto operator+(const A& a, const B& b) { return elementwise<kernels::Add, kernels::Identity, kernels::Identity>("add", a, b); }
template <class A, OperandWith<A> B> auto operator-(const A& a, const B& b) { return elementwise<kernels::Subtract, kernels::Identity, kernels::Negate>("subtract", a, b); }
template <class A, OperandWith<A> B> auto operator*(const A& a, const B& b) { return elementwise<kernels::Multiply, kernels::MultiplySlopeA, kernels::MultiplySlopeB>("multiply", a, b); }
template <class A, OperandWith<A> B> auto operator/(const A& a, const B& b) { return elementwise<kernels::Divide, kernels::DivideSlopeA, kernels::DivideSlopeB>("divide", a, b); }
template <Operand X> auto operator-(const X& x) { return elementwise<kernels::Negate, kernels::Negate>("negate", x); }

// exp(x); dy/dx = y. float32: infinity from 88.7.
template <Operand X> auto exp(const X& x) { return elementwise<kernels::Exp, kernels::ExpSlope>("exp", x); }
// e^x - 1, exact for small x; dy/dx = y + 1.
template <Operand X> auto expm1(const X& x) { return elementwise<kernels::Expm1, kernels::Expm1Slope>("expm1", x); }
// The natural logarithm; dy/dx = 1 / x, also for x < 0, where y is NaN. -infinity for 0.
template <Operand X> auto log(const X& x) { return elementwise<kernels::Log, kernels::LogSlope>("log", x); }
// log(1 + x), exact for small x; dy/dx = 1 / (1 + x), also for x < -1, where y is NaN.
template <Operand X> auto log1p(const X& x) { return elementwise<kernels::Log1p, kernels::Log1pSlope>("log1p", x); }
// dy/dx = 1 / (2 y), infinite at 0, of either sign at -0. NaN for x < 0.
template <Operand X> auto sqrt(const X& x) { return elementwise<kernels::Sqrt, kernels::SqrtSlope>("sqrt", x); }
// 1 / sqrt(x); dy/dx = -y³ / 2. Infinite at 0, of either sign at -0. NaN for x < 0.
template <Operand X> auto rsqrt(const X& x) { return elementwise<kernels::Rsqrt, kernels::RsqrtSlope>("rsqrt", x); }
// 1 / x.
template <Operand X> auto reciprocal(const X& x) { return 1 / x; }
// x²; dy/dx = 2 x.
template <Operand X> auto square(const X& x) { return elementwise<kernels::Square, kernels::SquareSlope>("square", x); }
// |x|; dy/dx = the sign of x.
template <Operand X> auto abs(const X& x) { return elementwise<kernels::Abs, kernels::AbsSlope>("abs", x); }
// log(1 - e^x) for x < 0, exact near both ends; dy/dx = -1 / (e^-x - 1). NaN for x > 0.
template <Operand X> auto log1mexp(const X& x) { return elementwise<kernels::Log1mexp, kernels::Log1mexpSlope>("log1mexp", x); }
// log(e^a + e^b) without overflow; dy/da = sigmoid(a - b), 1/2 for two infinities of one sign.
template <class A, OperandWith<A> B> auto logaddexp(const A& a, const B& b) { return elementwise<kernels::Logaddexp, kernels::LogaddexpSlopeA, kernels::LogaddexpSlopeB>("logaddexp", a, b); }
// a^b as C's pow in all special cases: a's sign for odd b, NaN for a < 0 and broken b, 1 for b = 0
// or a = 1 even beside NaN; numbers too large to be odd are even. As exp(b log|a|): the relative
// error grows by about half a unit in the last place for each 1 of |b log a|.
// dy/da = b a^(b - 1) for finite b; dy/db = y log(a), NaN for a < 0, and 0 for a = 0 and b >= 0. No
// promise: derivatives by both where a is 0, infinite or NaN, or a^b or a power in a derivative
// leaves the dtype; dy/db for a = -0; dy/da where a < 0 and only rounding makes b - 1 a whole
// number, and from the second on where b² or a power in it overflows.
template <class A, OperandWith<A> B> auto pow(const A& a, const B& b) { return elementwise<kernels::Pow, kernels::PowSlopeA, kernels::PowSlopeB>("pow", a, b); }
// x in radians; dy/dx = cos(x). NaN for infinite x. The last bits may depend on what stands beside x, as cos's may.
template <Operand X> auto sin(const X& x) { return elementwise<kernels::Sin, kernels::SinSlope>("sin", x); }
// x in radians; dy/dx = -sin(x). NaN for infinite x.
template <Operand X> auto cos(const X& x) { return elementwise<kernels::Cos, kernels::CosSlope>("cos", x); }
// In (-π/2, π/2); dy/dx = 1 / (1 + x²).
template <Operand X> auto atan(const X& x) { return elementwise<kernels::Atan, kernels::AtanSlope>("atan", x); }
// dy/dx = 1 - y².
template <Operand X> auto tanh(const X& x) { return elementwise<kernels::Tanh, kernels::TanhSlope>("tanh", x); }
// 2/√π times the integral of e^-t² from 0 to x; dy/dx = 2/√π e^-x². float64: to 40 units in the last place.
template <Operand X> auto erf(const X& x) { return elementwise<kernels::Erf, kernels::ErfSlope>("erf", x); }
// 1 - erf(x), to its last digits where that is small; dy/dx = -2/√π e^-x².
template <Operand X> auto erfc(const X& x) { return elementwise<kernels::Erfc, kernels::ErfcSlope>("erfc", x); }
// log|Γ(x)|, to 4 units in the last place of the larger of |y| and 1; dy/dx = digamma(x). Infinite at 0 and the negative whole numbers. Its
// third derivative is an error, as are the second of digamma and the first of trigamma.
template <Operand X> auto lgamma(const X& x) { return elementwise<kernels::Lgamma, kernels::LgammaSlope>("lgamma", x); }
// ψ(x) = Γ'(x) / Γ(x), as exact for x > 0, to 6 units for x < 0, from -50 on of log|x|; dy/dx = trigamma(x). Infinite at 0, NaN at the
// negative whole numbers.
template <Operand X> auto digamma(const X& x) { return elementwise<kernels::Digamma, kernels::DigammaSlope>("digamma", x); }
// ψ'(x). Infinite at 0 and the negative whole numbers.
template <Operand X> auto trigamma(const X& x) { return elementwise<kernels::Trigamma, kernels::UnknownSlope>("trigamma", x); }
// log|Γ(x + n) / Γ(x)|, for whole n the logarithm of x (x + 1) … (x + n - 1), the rising factorial; dy/dx = digamma(x + n) - digamma(x),
// dy/dn = digamma(x + n). Where x and x + n are 8 or more its digits are its own, not those of two large logarithms. No promise: derivatives
// by x where those of log Γ(x) leave the dtype.
template <class X, OperandWith<X> N> auto log_rising(const X& x, const N& n) { return elementwise<kernels::LogRising, kernels::LogRisingSlopeX, kernels::LogRisingSlopeN>("log_rising", x, n); }
// 1 / (1 + e^-x); dy/dx = y (1 - y).
template <Operand X> auto sigmoid(const X& x) { return elementwise<kernels::Sigmoid, kernels::SigmoidSlope>("sigmoid", x); }
// log(1 + e^x) without overflow; dy/dx = sigmoid(x).
template <Operand X> auto softplus(const X& x) { return elementwise<kernels::Softplus, kernels::SoftplusSlope>("softplus", x); }
// log(1 + e^(beta x)) / beta, and x where beta x is above the threshold; dy/dx = sigmoid(beta x), or 1 there.
template <Operand X> auto softplus(const X& x, double beta, double threshold = 20) { return elementwise<kernels::SoftplusBeta, kernels::SoftplusBetaSlope>("softplus", x, beta, threshold); }
// log(sigmoid(x)) without overflow; dy/dx = sigmoid(-x).
template <Operand X> auto log_sigmoid(const X& x) { return elementwise<kernels::LogSigmoid, kernels::LogSigmoidSlope>("log_sigmoid", x); }
// x sigmoid(x), 0 at -infinity; dy/dx = s (1 + x (1 - s)) with s = sigmoid(x).
template <Operand X> auto silu(const X& x) { return elementwise<kernels::Silu, kernels::SiluSlope>("silu", x); }
// x Φ(x), where Φ is the distribution function of N(0, 1); dy/dx = Φ(x) + x φ(x).
template <Operand X> auto gelu(const X& x) { return elementwise<kernels::Gelu, kernels::GeluSlope>("gelu", x); }
// x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2, which is within 5e-4 of gelu.
template <Operand X> auto gelu_tanh(const X& x) { return elementwise<kernels::GeluTanh, kernels::GeluTanhSlope>("gelu_tanh", x); }
// x for x > 0, else alpha (e^x - 1); dy/dx = 1, or alpha e^x, at the kink, too.
template <Operand X> auto elu(const X& x, double alpha = 1) { return elementwise<kernels::Elu, kernels::EluSlope>("elu", x, alpha); }
// x for x > 0, else slope x; dy/dx = 1, or slope, at the kink, too.
template <Operand X> auto leaky_relu(const X& x, double slope = 0.01) { return elementwise<kernels::LeakyRelu, kernels::LeakyReluSlope>("leaky_relu", x, slope); }
// max(x, 0); dy/dx = 1 for x > 0, else 0.
template <Operand X> auto relu(const X& x) { return elementwise<kernels::Relu, kernels::ReluSlope>("relu", x); }

// The larger and the smaller of two, NaN if either is; equals share the gradient.
template <class A, OperandWith<A> B> auto maximum(const A& a, const B& b) { return elementwise<kernels::Maximum, kernels::MaximumSlopeA, kernels::MaximumSlopeB>("maximum", a, b); }
template <class A, OperandWith<A> B> auto minimum(const A& a, const B& b) { return elementwise<kernels::Minimum, kernels::MinimumSlopeA, kernels::MinimumSlopeB>("minimum", a, b); }
// x cut to [low, high], to high if low > high; gradients pass where x is not cut, bounds get none. Error where a bound is NaN.
template <Operand X> auto clamp(const X& x, double low, double high) { detail::require_bounds(low, high); return elementwise<kernels::Clamp, kernels::ClampSlope>("clamp", x, low, high); }
// The same with bounds that are tensors, or one of them: x's gradient goes to the bound that cuts it, the upper one where they cross. NaN beside NaN.
template <class X, class L, class H> requires Operands<X, L, H> && (is_operand<L> || is_operand<H>)
auto clamp(const X& x, const L& low, const H& high) { return elementwise<kernels::Clamp, kernels::ClampSlope, kernels::ClampSlopeLow, kernels::ClampSlopeHigh>("clamp", x, low, high); }
// The sign of x as -1, 0 or 1, 0 for NaN; the next whole number below or above; the nearest one, the even one of two.
// Flat: gradients are 0, at the steps, too.
template <Operand X> auto sign(const X& x) { return elementwise<kernels::Sign, kernels::FlatSlope>("sign", x); }
template <Operand X> auto floor(const X& x) { return elementwise<kernels::Floor, kernels::FlatSlope>("floor", x); }
template <Operand X> auto ceil(const X& x) { return elementwise<kernels::Ceil, kernels::FlatSlope>("ceil", x); }
template <Operand X> auto round(const X& x) { return elementwise<kernels::Round, kernels::FlatSlope>("round", x); }
// a where mask is not 0, b elsewhere. The mask gets no gradient; it may be int32 beside floats.
template <class M, class A, class B> requires Operands<M, A, B>
auto where(const M& mask, const A& a, const B& b) { return elementwise<kernels::Where, kernels::NoSlope, kernels::WhereSlopeA, kernels::WhereSlopeB>("where", mask, a, b); }

// The number, or the element of a tensor, where mask is not 0, x elsewhere.
template <class X, class M, class V> requires Operands<M, V, X>
auto masked_fill(const X& x, const M& mask, const V& value) { return where(mask, value, x); }

// Comparisons: 1 or 0 in the operands' dtype, no derivative. False with NaN, but for !=.
template <class A, OperandWith<A> B> auto operator==(const A& a, const B& b) { return elementwise<kernels::Equal>("equal", a, b); }
template <class A, OperandWith<A> B> auto operator!=(const A& a, const B& b) { return elementwise<kernels::NotEqual>("not_equal", a, b); }
template <class A, OperandWith<A> B> auto operator<(const A& a, const B& b) { return elementwise<kernels::Less>("less", a, b); }
template <class A, OperandWith<A> B> auto operator<=(const A& a, const B& b) { return elementwise<kernels::LessEqual>("less_equal", a, b); }
template <class A, OperandWith<A> B> auto operator>(const A& a, const B& b) { return elementwise<kernels::Greater>("greater", a, b); }
template <class A, OperandWith<A> B> auto operator>=(const A& a, const B& b) { return elementwise<kernels::GreaterEqual>("greater_equal", a, b); }
// 1 where x is that, else 0; no derivative.
template <Operand X> auto isnan(const X& x) { return elementwise<kernels::IsNan>("isnan", x); }
template <Operand X> auto isinf(const X& x) { return elementwise<kernels::IsInf>("isinf", x); }
template <Operand X> auto isfinite(const X& x) { return elementwise<kernels::IsFinite>("isfinite", x); }

// The terms of the losses (nn/losses.hpp says what they are for).
// x t - log(1 + e^x): the logarithm of the probability of t in [0, 1] under the Bernoulli distribution with the logit x,
// to the last digits. For infinite x it may be NaN, its derivatives are not.
template <class A, OperandWith<A> B> auto bernoulli_log_probability(const A& logit, const B& target) { return elementwise<kernels::BernoulliLogProbability, kernels::BernoulliLogProbabilitySlopeX, kernels::BernoulliLogProbabilitySlopeT>("bernoulli_log_probability", logit, target); }
// (x - t)².
template <class A, OperandWith<A> B> auto squared_error(const A& x, const B& target) { return elementwise<kernels::SquaredError, kernels::SquaredErrorSlopeX, kernels::SquaredErrorSlopeT>("squared_error", x, target); }
// ½ (m² + e^v - 1 - v): the divergence of N(m, e^v) from N(0, 1). Infinite where e^v is.
template <class A, OperandWith<A> B> auto gaussian_kl(const A& mean, const B& log_variance) { return elementwise<kernels::GaussianKl, kernels::GaussianKlSlopeM, kernels::GaussianKlSlopeV>("gaussian_kl", mean, log_variance); }
// clang-format on

}  // namespace ebb
