// Formulas of arithmetic, choices and comparisons.
#pragma once

#include <tensor/kernels/formula.hpp>

namespace ebb::kernels {

// clang-format off

// The rules of a sum hand dy on as it is; Identity and Negate say so.
struct Add      { auto operator()(const auto& a, const auto& b) const { return a + b; } };
struct Subtract { auto operator()(const auto& a, const auto& b) const { return a - b; } };
struct Multiply { auto operator()(const auto& a, const auto& b) const { return a * b; } };
struct Divide   { auto operator()(const auto& a, const auto& b) const { return a / b; } };
struct Negate   { using reads = Reads<>; auto operator()(const auto& x) const { return -x; } };
struct Identity { using reads = Reads<>; auto operator()(const auto& dy) const { return dy; } };
struct MultiplySlopeA { using reads = Reads<1>; auto operator()(const auto& b, const auto& dy) const { return dy * b; } };
struct MultiplySlopeB { using reads = Reads<0>; auto operator()(const auto& a, const auto& dy) const { return dy * a; } };
struct DivideSlopeA   { using reads = Reads<1>; auto operator()(const auto& b, const auto& dy) const { return dy / b; } };
struct DivideSlopeB   { using reads = Reads<1, output>; auto operator()(const auto& b, const auto& y, const auto& dy) const { return -(dy * y) / b; } };

// Choices. Equals share dy. Where an input is NaN, none is cut: dy passes whole. An absolute value
// has the slope 0 at its kink.
struct Maximum       { auto operator()(const auto& a, const auto& b) const { return select(a == a, max(a, b), a); } };
struct Minimum       { auto operator()(const auto& a, const auto& b) const { return select(a == a, min(a, b), a); } };
struct MaximumSlopeA { using reads = Reads<0, 1>; auto operator()(const auto& a, const auto& b, const auto& dy) const {
                         return select(a < b, like(dy, 0), select(a == b, 0.5 * dy, dy)); } };
struct MaximumSlopeB { using reads = Reads<1, 0>; auto operator()(const auto& b, const auto& a, const auto& dy) const { return MaximumSlopeA{}(b, a, dy); } };
struct MinimumSlopeA { using reads = Reads<0, 1>; auto operator()(const auto& a, const auto& b, const auto& dy) const {
                         return select(a > b, like(dy, 0), select(a == b, 0.5 * dy, dy)); } };
struct MinimumSlopeB { using reads = Reads<1, 0>; auto operator()(const auto& b, const auto& a, const auto& dy) const { return MinimumSlopeA{}(b, a, dy); } };
struct Clamp         { auto operator()(const auto& x, const auto& low, const auto& high) const {
                         return select(low == low, select(high == high, min(high, max(low, x)), high), low); } };
struct ClampSlope    { using reads = Reads<0, 1, 2>; auto operator()(const auto& x, const auto& low, const auto& high, const auto& dy) const {
                         return select(x < low, like(dy, 0), select(x > high, like(dy, 0), dy)); } };
struct ClampSlopeLow  { using reads = Reads<0, 1, 2>; auto operator()(const auto& x, const auto& low, const auto& high, const auto& dy) const {
                          return select(x < low, select(low < high, dy, like(dy, 0)), like(dy, 0)); } };
struct ClampSlopeHigh { using reads = Reads<0, 1, 2>; auto operator()(const auto& x, const auto& low, const auto& high, const auto& dy) const {
                          return select(x > high, dy, select(high < low, dy, like(dy, 0))); } };
struct Where         { auto operator()(const auto& mask, const auto& a, const auto& b) const { return select(mask == 0, b, a); } };
struct WhereSlopeA   { using reads = Reads<0>; auto operator()(const auto& mask, const auto& dy) const { return select(mask == 0, like(dy, 0), dy); } };
struct WhereSlopeB   { using reads = Reads<0>; auto operator()(const auto& mask, const auto& dy) const { return select(mask == 0, dy, like(dy, 0)); } };

struct Abs           { auto operator()(const auto& x) const { return abs(x); } };
struct AbsSlope      { using reads = Reads<0>; auto operator()(const auto& x, const auto& dy) const {
                         return select(x == 0, like(dy, 0), select(x < 0, -dy, dy)); } };

// Steps: flat wherever they have a derivative.
struct Sign          { auto operator()(const auto& x) const { return select(x > 0, like(x, 1), select(x < 0, like(x, -1), like(x, 0))); } };
struct Floor         { auto operator()(const auto& x) const { return floor(x); } };
struct Ceil          { auto operator()(const auto& x) const { return ceil(x); } };
struct Round         { auto operator()(const auto& x) const { return nearbyint(x); } };
struct FlatSlope     { using reads = Reads<>; auto operator()(const auto& dy) const { return select(dy == 0, dy, like(dy, 0)); } };

struct IsNan         { auto operator()(const auto& x) const { return select(x == x, like(x, 0), like(x, 1)); } };
struct IsInf         { auto operator()(const auto& x) const { return select(abs(x) == infinity, like(x, 1), like(x, 0)); } };
struct IsFinite      { auto operator()(const auto& x) const { return select(abs(x) < infinity, like(x, 1), like(x, 0)); } };

// Comparisons: 0 or 1 in the dtype of what is compared; they have no derivative.
struct Equal        { auto operator()(const auto& a, const auto& b) const { return select(a == b, like(a, 1), like(a, 0)); } };
struct NotEqual     { auto operator()(const auto& a, const auto& b) const { return select(a == b, like(a, 0), like(a, 1)); } };
struct Less         { auto operator()(const auto& a, const auto& b) const { return select(a < b, like(a, 1), like(a, 0)); } };
struct LessEqual    { auto operator()(const auto& a, const auto& b) const { return select(a <= b, like(a, 1), like(a, 0)); } };
struct Greater      { auto operator()(const auto& a, const auto& b) const { return select(a > b, like(a, 1), like(a, 0)); } };
struct GreaterEqual { auto operator()(const auto& a, const auto& b) const { return select(a >= b, like(a, 1), like(a, 0)); } };

// clang-format on

}  // namespace ebb::kernels
