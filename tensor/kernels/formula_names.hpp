// The names of the formulas that have compiled loops. Who only asks for a loop needs no more; the
// formulas themselves stand in formulas.hpp.
#pragma once

#include <type_traits>

namespace ebb::kernels {

struct NoSlope {};  // stands where an input gets no gradient

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
    struct Clamp, struct ClampSlope, struct WhereSlopeA, struct WhereSlopeB, struct Abs, struct AbsSlope>;
using Functions = List<
    struct Square, struct SquareSlope, struct Sqrt, struct SqrtSlope, struct Pow, struct PowSlopeA, struct PowSlopeB,
    struct Exp, struct ExpSlope, struct Expm1, struct Expm1Slope, struct Log, struct LogSlope, struct Log1p, struct Log1pSlope,
    struct Sin, struct SinSlope, struct Cos, struct CosSlope, struct Erf, struct ErfSlope>;
using Activations = List<
    struct Tanh, struct TanhSlope, struct Sigmoid, struct SigmoidSlope, struct Softplus, struct SoftplusSlope, struct Relu, struct ReluSlope>;
using Losses = List<
    struct BernoulliLogProbability, struct BernoulliLogProbabilitySlopeX, struct BernoulliLogProbabilitySlopeT,
    struct SquaredError, struct SquaredErrorSlopeX, struct SquaredErrorSlopeT,
    struct GaussianKl, struct GaussianKlSlopeM, struct GaussianKlSlopeV>;
// clang-format on
using AllGates = List<struct GruStep, struct GruStepBack, struct LstmStep, struct LstmStepBack>;
using AllFormulas = decltype(Comparisons{} + Arithmetic{} + Functions{} + Activations{} + Losses{});

}  // namespace ebb::kernels
