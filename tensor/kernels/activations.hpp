// Formulas of the functions that stand between the layers of a network.
#pragma once

#include <tensor/kernels/formula.hpp>

namespace ebb::kernels {

// clang-format off

struct Tanh          { auto operator()(const auto& x) const { return tanh(x); } };
struct TanhSlope     { using reads = Reads<output>; auto operator()(const auto& y, const auto& dy) const { return dy * (1 - y * y); } };

inline auto logistic(const auto& x) { return 1 / (1 + exp(-x)); }  // on Variables it is sigmoid
struct Sigmoid       { auto operator()(const auto& x) const { return logistic(x); } };
struct SigmoidSlope  { using reads = Reads<output>; auto operator()(const auto& y, const auto& dy) const { return dy * (y * (1 - y)); } };
struct Softplus      { auto operator()(const auto& x) const { return select(x <= 0, like(x, 0), x) + log1p(exp(-abs(x))); } };
struct SoftplusSlope { using reads = Reads<0>; auto operator()(const auto& x, const auto& dy) const { return dy * logistic(x); } };

// The slope is 0 at the kink.
struct Relu          { auto operator()(const auto& x) const { return select(x <= 0, like(x, 0), x); } };
struct ReluSlope     { using reads = Reads<output>; auto operator()(const auto& y, const auto& dy) const { return select(y <= 0, like(dy, 0), dy); } };

// clang-format on

}  // namespace ebb::kernels
