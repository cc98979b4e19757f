// Elementwise functions on Variables: the same names as on tensors, recorded with their slopes. The
// functions themselves stand in tensor/elementwise.hpp; here is what they are made of.
#pragma once

#include <autograd/record.hpp>
#include <autograd/views.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/kernels/formulas.hpp>
#include <tuple>

namespace ebb {

// Formulas read on Variables call these.
Variable like(const Variable& x, double value);
Variable select(const Variable& mask, const Variable& yes, const Variable& no);
Variable times_power(const Variable& dy, const Variable& c, const Variable& a, const Variable& b);
Variable logistic(const Variable& x);
Variable gaussian(const Variable& x);
Variable erf_complement(const Variable& x);
Variable bounded(const Variable& x, double size);
Variable unless_infinite(const Variable& x, double instead);

namespace detail {

template <class T>
inline constexpr bool is_recorded = is_operand<T> && !std::is_same_v<T, Tensor>;
template <class... Ts>
concept Recorded = Operands<Ts...> &&(is_recorded<Ts> || ...);

// An operand as the loops over tensors take it; a number stays a number.
template <class T>
decltype(auto) value_of(const T& x) {
  if constexpr (is_recorded<T>)
    return (static_cast<const Variable&>(x).value());
  else
    return (x);
}
// The dtype of the first operand, which numbers take.
template <class T, class... Rest>
DType dtype_of_first(const T& x, const Rest&... rest) {
  if constexpr (is_operand<T>)
    return value_of(x).dtype();
  else
    return dtype_of_first(rest...);
}
// An operand as formulas read on Variables take it.
template <class T>
Variable as_variable(const T& x, DType dtype) {
  if constexpr (is_operand<T>)
    return x;
  else
    return full({}, static_cast<double>(x), dtype);
}
// An operand without a rule, as record takes it.
template <class T>
Constant constant(const T& x) {
  if constexpr (is_recorded<T>)
    return {static_cast<const Variable&>(x)};
  else
    return {x};
}
template <class T>
bool wants_gradient(const T& x) {
  if constexpr (is_recorded<T>) return static_cast<const Variable&>(x).wants_gradient();
  return false;
}

// What a rule keeps of the operation for its slope: an input, a plain number, or a mark that the
// slope reads the output there, which the walk brings along.
struct TheOutput {};
template <int What, class... Xs>
auto keep(const std::tuple<const Xs&...>& x) {
  if constexpr (What == kernels::output) {
    return TheOutput{};
  } else {
    const auto& kept = std::get<What>(x);
    if constexpr (std::is_same_v<std::decay_t<decltype(kept)>, Variable>)
      return saved(kept);
    else
      return kept;
  }
}
inline const Variable& read(const TheOutput&, const Variable& y) { return y; }
template <class T>
const T& read(const T& kept, const Variable&) {
  return kept;
}

// The rule of one input: its slope, applied to what it reads and dy. Where it does not read the
// output, the rule has no y, so that record does not keep the output for it.
template <class Slope, int... What, class... Xs>
auto rule_of(kernels::Reads<What...>, const std::tuple<const Xs&...>& x) {
  constexpr bool reads_output = ((What == kernels::output) || ...);
  if constexpr (std::is_same_v<Slope, kernels::Identity>)
    return [](const Variable& dy) { return dy; };
  else if constexpr (reads_output)
    return [kept = std::tuple(keep<What>(x)...)](const Variable& y, const Variable& dy) {
      return std::apply([&](const auto&... k) { return apply(Slope{}, read(k, y)..., dy); }, kept);
    };
  else
    return [kept = std::tuple(keep<What>(x)...)](const Variable& dy) {
      return std::apply([&](const auto&... k) { return apply(Slope{}, k..., dy); }, kept);
    };
}

// For UnknownSlope. The walk says of which operation.
[[noreturn]] Variable no_derivative(const Variable& dy);

// An input as record takes it: with its rule, or without one.
template <class Slope, class X, class All>
auto input_with_slope(const X& x, const All& all) {
  if constexpr (std::is_same_v<X, Variable> && std::is_same_v<Slope, kernels::UnknownSlope>)
    return Wrt{x, no_derivative};
  else if constexpr (std::is_same_v<X, Variable> && !std::is_same_v<Slope, kernels::NoSlope>)
    return Wrt{x, rule_of<Slope>(typename Slope::reads{}, all)};
  else
    return constant(x);
}

// An input under the shape of the result. Expanding is an operation of its own whose derivative
// sums, so no slope knows of broadcasting; constants are left to the loop.
template <class T>
auto broadcast(const T& x, [[maybe_unused]] const Shape& shape) {
  if constexpr (is_operand<T>) {
    const Variable& v = x;
    return v.wants_gradient() && v.shape() != shape ? expand(v, shape) : v;
  } else {
    return x;
  }
}

// The slope of input I. Inputs behind those with a slope, such as clamp's bounds, have none.
template <std::size_t I, class... Slopes>
using SlopeOf = std::tuple_element_t<
    I, std::tuple<Slopes..., kernels::NoSlope, kernels::NoSlope, kernels::NoSlope>>;

template <class... Slopes, std::size_t... I, class... Xs>
Variable record_elementwise(const char* name, Tensor&& value, std::index_sequence<I...>,
                            const Xs&... x) {
  const std::tuple<const Xs&...> all(x...);
  return record(name, std::move(value), input_with_slope<SlopeOf<I, Slopes...>>(x, all)...);
}

}  // namespace detail

// The value of a formula, computed in one fused loop. Where an operand wants a gradient, the
// formula is read on Variables instead: the same line of text, recorded operation by operation.
template <class F, class... Ts>
requires detail::Recorded<Ts...> Variable apply(F formula, const Ts&... x) {
  if (detail::scopes.records && (detail::wants_gradient(x) || ...))
    return formula(detail::as_variable(x, detail::dtype_of_first(x...))...);
  return record("apply", apply(formula, detail::value_of(x)...), detail::constant(x)...);
}

namespace detail {

// The operands that functions are compiled for: Variables, tensors and doubles.
inline const Variable& plain(const Variable& x) { return x; }
inline const Tensor& plain(const Tensor& x) { return x; }
template <class Number>
requires std::is_arithmetic_v<Number>
double plain(Number x) { return static_cast<double>(x); }

template <class F, class... Slopes, class... Ts>
Variable elementwise(const char* name, const Ts&... x) {
  Tensor value = ebb::elementwise<F>(name, value_of(x)...);
  if constexpr (sizeof...(Slopes) > 0)
    if (scopes.records && (wants_gradient(x) || ...))
      return record_elementwise<Slopes...>(name, std::move(value), std::index_sequence_for<Ts...>{},
                                           broadcast(x, value.shape())...);
  return record(name, std::move(value), constant(x)...);
}

// clang-format off
// Compiled once, in elementwise.cpp: what nearly every program uses.
extern template Variable elementwise<kernels::Add, kernels::Identity, kernels::Identity>(const char*, const Variable&, const Variable&);
extern template Variable elementwise<kernels::Add, kernels::Identity, kernels::Identity>(const char*, const Variable&, const double&);
extern template Variable elementwise<kernels::Add, kernels::Identity, kernels::Identity>(const char*, const double&, const Variable&);
extern template Variable elementwise<kernels::Subtract, kernels::Identity, kernels::Negate>(const char*, const Variable&, const Variable&);
extern template Variable elementwise<kernels::Subtract, kernels::Identity, kernels::Negate>(const char*, const Variable&, const double&);
extern template Variable elementwise<kernels::Subtract, kernels::Identity, kernels::Negate>(const char*, const double&, const Variable&);
extern template Variable elementwise<kernels::Multiply, kernels::MultiplySlopeA, kernels::MultiplySlopeB>(const char*, const Variable&, const Variable&);
extern template Variable elementwise<kernels::Multiply, kernels::MultiplySlopeA, kernels::MultiplySlopeB>(const char*, const Variable&, const double&);
extern template Variable elementwise<kernels::Multiply, kernels::MultiplySlopeA, kernels::MultiplySlopeB>(const char*, const double&, const Variable&);
extern template Variable elementwise<kernels::Divide, kernels::DivideSlopeA, kernels::DivideSlopeB>(const char*, const Variable&, const Variable&);
extern template Variable elementwise<kernels::Divide, kernels::DivideSlopeA, kernels::DivideSlopeB>(const char*, const Variable&, const double&);
extern template Variable elementwise<kernels::Divide, kernels::DivideSlopeA, kernels::DivideSlopeB>(const char*, const double&, const Variable&);
extern template Variable elementwise<kernels::Negate, kernels::Negate>(const char*, const Variable&);
// clang-format on

}  // namespace detail

// The function of formula F, with a slope for each of the first inputs (none: no derivative).
template <class F, class... Slopes, class... Ts>
requires detail::Recorded<Ts...> Variable elementwise(const char* name, const Ts&... x) {
  return detail::elementwise<F, Slopes...>(name, detail::plain(x)...);
}

}  // namespace ebb
