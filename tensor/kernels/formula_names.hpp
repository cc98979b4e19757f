// The names of the formulas that have compiled loops. Who only asks for a loop needs no more; the
// formulas themselves stand in formulas.hpp.
#pragma once

#include <type_traits>

namespace ebb::kernels {

struct NoSlope {};       // stands where an input gets no gradient
struct UnknownSlope {};  // stands where nobody wrote the derivative: its rule throws

// The number of a formula in the list of all is that of its loop in the kernel tables.
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
template <class... A, class... B>
List<A..., B...> operator+(List<A...>, List<B...>);

// clang-format off
using Comparisons = List<  // the only ones that have loops for int32 as well
    struct Equal, struct NotEqual, struct Less, struct LessEqual, struct Greater, struct GreaterEqual, struct Where>;
using Arithmetic = List<
    struct Add, struct Subtract, struct Multiply, struct Divide, struct Negate, struct Identity,
    struct MultiplySlopeA, struct MultiplySlopeB, struct DivideSlopeA, struct DivideSlopeB,
    struct Maximum, struct Minimum, struct MaximumSlopeA, struct MaximumSlopeB, struct MinimumSlopeA, struct MinimumSlopeB,
    struct Clamp, struct ClampSlope, struct ClampSlopeLow, struct ClampSlopeHigh, struct WhereSlopeA, struct WhereSlopeB, struct Abs, struct AbsSlope,
    struct Sign, struct Floor, struct Ceil, struct Round, struct FlatSlope, struct IsNan, struct IsInf, struct IsFinite>;
using Functions = List<
    struct Square, struct SquareSlope, struct Sqrt, struct SqrtSlope, struct Rsqrt, struct RsqrtSlope, struct Pow, struct PowSlopeA, struct PowSlopeB,
    struct Exp, struct ExpSlope, struct Expm1, struct Expm1Slope, struct Log, struct LogSlope, struct Log1p, struct Log1pSlope, struct Log1mexp, struct Log1mexpSlope,
    struct Sin, struct SinSlope, struct Cos, struct CosSlope, struct Atan, struct AtanSlope, struct Erf, struct ErfSlope, struct Erfc, struct ErfcSlope>;
using Activations = List<
    struct Tanh, struct TanhSlope, struct Sigmoid, struct SigmoidSlope, struct Softplus, struct SoftplusSlope, struct Relu, struct ReluSlope,
    struct SoftplusBeta, struct SoftplusBetaSlope, struct LogSigmoid, struct LogSigmoidSlope, struct Logaddexp, struct LogaddexpSlopeA, struct LogaddexpSlopeB,
    struct Silu, struct SiluSlope, struct Gelu, struct GeluSlope, struct GeluTanh, struct GeluTanhSlope,
    struct Elu, struct EluSlope, struct LeakyRelu, struct LeakyReluSlope>;
using Losses = List<
    struct BernoulliLogProbability, struct BernoulliLogProbabilitySlopeX, struct BernoulliLogProbabilitySlopeT,
    struct SquaredError, struct SquaredErrorSlopeX, struct SquaredErrorSlopeT,
    struct GaussianKl, struct GaussianKlSlopeM, struct GaussianKlSlopeV>;
using Special = List<
    struct Lgamma, struct LgammaSlope, struct Digamma, struct DigammaSlope, struct Trigamma,
    struct LogRising, struct LogRisingSlopeX, struct LogRisingSlopeN>;
// clang-format on
using AllGates = List<struct GruStep, struct GruStepBack, struct LstmStep, struct LstmStepBack>;
using AllFormulas = decltype(Comparisons{} + Arithmetic{} + Functions{} + Activations{} + Losses{} +
                             Special{});

}  // namespace ebb::kernels
