// Formulas of the terms of losses, fused because they run over every pixel.
#pragma once

#include <tensor/kernels/activations.hpp>

namespace ebb::kernels {

// clang-format off

// log p(t) under the Bernoulli distribution with the logit x: x t - log(1 + e^x). Written so that
// nothing cancels for t in [0, 1]: x t - log(1 + e^x) up to x = 0, x (t - 1) - log(1 + e^-x) above.
struct BernoulliLogProbability       { auto operator()(const auto& x, const auto& t) const { return select(x <= 0, x * t, x * (t - 1)) - log1p(exp(-abs(x))); } };
struct BernoulliLogProbabilitySlopeX { using reads = Reads<0, 1>; auto operator()(const auto& x, const auto& t, const auto& dy) const { return dy * (t - logistic(x)); } };
struct BernoulliLogProbabilitySlopeT { using reads = Reads<0>; auto operator()(const auto& x, const auto& dy) const { return dy * x; } };

struct SquaredError        { auto operator()(const auto& x, const auto& t) const { return (x - t) * (x - t); } };
struct SquaredErrorSlopeX  { using reads = Reads<0, 1>; auto operator()(const auto& x, const auto& t, const auto& dy) const { return dy * (2 * (x - t)); } };
struct SquaredErrorSlopeT  { using reads = Reads<0, 1>; auto operator()(const auto& x, const auto& t, const auto& dy) const { return dy * (2 * (t - x)); } };

// KL(N(m, e^v) || N(0, 1)) with v the logarithm of the variance. Terms are halved first: m² overflows
// where the result does. An infinite v is cut, as infinity less infinity is NaN.
struct GaussianKl       { auto operator()(const auto& m, const auto& v) const { return 0.5 * m * m + 0.5 * (expm1(v) - min(like(v, 1e30), v)); } };
struct GaussianKlSlopeM { using reads = Reads<0>; auto operator()(const auto& m, const auto& dy) const { return dy * m; } };
struct GaussianKlSlopeV { using reads = Reads<1>; auto operator()(const auto& v, const auto& dy) const { return 0.5 * (dy * expm1(v)); } };

// clang-format on

}  // namespace ebb::kernels
