// Formulas of the functions that stand between the layers of a network.
#pragma once

#include <tensor/kernels/functions.hpp>

namespace ebb::kernels {

// clang-format off

struct Tanh          { auto operator()(const auto& x) const { return tanh(x); } };
struct TanhSlope     { using reads = Reads<output>; auto operator()(const auto& y, const auto& dy) const { return dy * (1 - y * y); } };

inline auto logistic(const auto& x) { return 1 / (1 + exp(-x)); }  // on Variables it is sigmoid
struct Sigmoid       { auto operator()(const auto& x) const { return logistic(x); } };
struct SigmoidSlope  { using reads = Reads<output>; auto operator()(const auto& y, const auto& dy) const { return dy * (y * (1 - y)); } };
struct Softplus      { auto operator()(const auto& x) const { return select(x <= 0, like(x, 0), x) + log1p(exp(-abs(x))); } };
struct SoftplusSlope { using reads = Reads<0>; auto operator()(const auto& x, const auto& dy) const { return dy * logistic(x); } };
// log(1 + e^(beta x)) / beta, and x where beta x is above a threshold.
struct SoftplusBeta      { auto operator()(const auto& x, const auto& beta, const auto& threshold) const {
                             return select(beta * x > threshold, x, Softplus{}(beta * x) / beta); } };
struct SoftplusBetaSlope { using reads = Reads<0, 1, 2>; auto operator()(const auto& x, const auto& beta, const auto& threshold, const auto& dy) const {
                             return select(beta * x > threshold, dy, dy * logistic(beta * x)); } };
struct LogSigmoid      { auto operator()(const auto& x) const { return select(x <= 0, x, like(x, 0)) - log1p(exp(-abs(x))); } };
struct LogSigmoidSlope { using reads = Reads<0>; auto operator()(const auto& x, const auto& dy) const { return dy * logistic(-x); } };

// log(e^a + e^b). Infinities of one sign are equal, though their difference is NaN.
inline auto apart(const auto& a, const auto& b) { return select(abs(a) == infinity, select(a == b, like(a, 0), a - b), a - b); }
struct Logaddexp       { auto operator()(const auto& a, const auto& b) const { return max(a, b) + log1p(exp(-abs(apart(a, b)))); } };
struct LogaddexpSlopeA { using reads = Reads<0, 1>; auto operator()(const auto& a, const auto& b, const auto& dy) const { return dy * logistic(apart(a, b)); } };
struct LogaddexpSlopeB { using reads = Reads<1, 0>; auto operator()(const auto& b, const auto& a, const auto& dy) const { return dy * logistic(apart(b, a)); } };

// x times a step from 0 to 1. At -infinity the step is 0, so that is not a factor.
inline auto above(const auto& x) { return select(x == -infinity, like(x, 0), x); }
struct Silu          { auto operator()(const auto& x) const { return above(x) * logistic(x); } };
struct SiluSlope     { using reads = Reads<0>; auto operator()(const auto& x, const auto& dy) const {
                         const auto s = logistic(x); return dy * (s * (1 + unless_infinite(x, 0) * (1 - s))); } };
struct Gelu          { auto operator()(const auto& x) const { return 0.5 * above(x) * erf_complement(-0.707106781186547524 * x); } };
struct GeluSlope     { using reads = Reads<0>; auto operator()(const auto& x, const auto& dy) const {
                         const auto z = 0.707106781186547524 * x;
                         return dy * (0.5 * erf_complement(-z) + 0.398942280401432678 * unless_infinite(x, 0) * gaussian(z)); } };
// The hyperbolic tangent is ±1 beyond ±30, where x³ might overflow.
inline auto gelu_step(const auto& x) { return tanh(0.797884560802865356 * (x + 0.044715 * x * x * x)); }
struct GeluTanh      { auto operator()(const auto& x) const { return 0.5 * above(x) * (1 + gelu_step(bounded(x, 30))); } };
struct GeluTanhSlope { using reads = Reads<0>; auto operator()(const auto& x, const auto& dy) const {
                         const auto near = bounded(x, 30);
                         const auto t = gelu_step(near);
                         return dy * (0.5 * (1 + t) + near * (1 - t * t) * (0.398942280401432678 + 0.0535161122044501921 * near * near)); } };

struct Elu            { auto operator()(const auto& x, const auto& alpha) const { return select(x <= 0, alpha * expm1(x), x); } };
struct EluSlope       { using reads = Reads<0, 1>; auto operator()(const auto& x, const auto& alpha, const auto& dy) const {
                          return select(x <= 0, dy * (alpha * exp(select(x <= 0, x, like(x, 0)))), dy); } };
struct LeakyRelu      { auto operator()(const auto& x, const auto& slope) const { return select(x <= 0, slope * x, x); } };
struct LeakyReluSlope { using reads = Reads<0, 1>; auto operator()(const auto& x, const auto& slope, const auto& dy) const { return select(x <= 0, slope * dy, dy); } };

// The slope is 0 at the kink.
struct Relu          { auto operator()(const auto& x) const { return select(x <= 0, like(x, 0), x); } };
struct ReluSlope     { using reads = Reads<output>; auto operator()(const auto& y, const auto& dy) const { return select(y <= 0, like(dy, 0), dy); } };

// clang-format on

}  // namespace ebb::kernels
