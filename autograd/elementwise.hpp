// Elementwise functions on Variables: the same names as on tensors, recorded with their slopes. The
// functions themselves stand in tensor/elementwise.hpp; here is what they are made of.
#pragma once

#include <autograd/tape.hpp>
#include <autograd/views.hpp>
#include <tensor/elementwise.hpp>
#include <tuple>

namespace ebb {

// Formulas read on Variables call these.
Variable like(const Variable& x, double value);
Variable select(const Variable& mask, const Variable& yes, const Variable& no);
Variable times_power(const Variable& dy, const Variable& c, const Variable& a, const Variable& b);
Variable logistic(const Variable& x);
Variable gaussian(const Variable& x);

namespace detail {

template <class T>
inline constexpr bool is_recorded = is_operand<T> && !std::is_same_v<T, Tensor>;
template <class... Ts>
concept Recorded = Operands<Ts...> &&(is_recorded<Ts> || ...);

// An operand as the tensor loops take it, and as the tape does; numbers stay numbers.
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
template <class T>
Variable as_variable(const T& x, DType dtype) {
  if constexpr (is_operand<T>)
    return x;
  else
    return full({}, static_cast<double>(x), dtype);
}
template <class T>
bool wants_gradient(const T& x) {
  if constexpr (is_recorded<T>) return static_cast<const Variable&>(x).wants_gradient();
  return false;
}

// What a rule keeps of the operation: an input, a plain number, or nothing where it reads y.
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
template <class T>
decltype(auto) read(const T& kept, [[maybe_unused]] const Variable& y) {
  if constexpr (std::is_same_v<T, TheOutput>)
    return (y);
  else if constexpr (std::is_same_v<T, Saved>)
    return static_cast<const Variable&>(kept);
  else
    return (kept);
}

// The rule of one input: apply its slope to what the slope reads. Only a rule that reads the output
// takes y, so that record keeps y for no other.
template <class Slope, int... What, class... Xs>
auto rule_of(kernels::Reads<What...>, const std::tuple<const Xs&...>& x) {
  auto rule = [kept = std::tuple(keep<What>(x)...)](const Variable& y, const Variable& dy) {
    return std::apply([&](const auto&... k) { return apply(Slope{}, read(k, y)..., dy); }, kept);
  };
  if constexpr (std::is_same_v<Slope, kernels::Identity>)
    return [](const Variable& dy) { return dy; };
  else if constexpr (((What == kernels::output) || ...))
    return rule;
  else
    return [rule = std::move(rule)](const Variable& dy) { return rule(dy, dy); };
}

// Numbers and inputs without a slope are constants: nothing is recorded for them.
template <class Slope, class X, class All>
auto wrt(const X& x, const All& all) {
  static const Variable constant;
  if constexpr (std::is_same_v<X, Variable> && !std::is_same_v<Slope, kernels::NoSlope>)
    return Wrt{x, rule_of<Slope>(typename Slope::reads{}, all)};
  else
    return Wrt{constant, [](const Variable& dy) { return dy; }};
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

template <class... Slopes, std::size_t... I, class... Xs>
Variable record_elementwise(const char* name, const Tensor& value, std::index_sequence<I...>,
                            const Xs&... x) {
  using Padded = std::tuple<Slopes..., kernels::NoSlope, kernels::NoSlope, kernels::NoSlope>;
  const std::tuple<const Xs&...> all(x...);
  return record(name, value, wrt<std::tuple_element_t<I, Padded>>(x, all)...);
}

}  // namespace detail

// The value in one fused loop. Where it is to be differentiated further, the formula is read on
// Variables instead: the same line of text, recorded operation by operation.
template <class F, class... Ts>
requires detail::Recorded<Ts...> Variable apply(F formula, const Ts&... x) {
  if (recording() && (detail::wants_gradient(x) || ...))
    return formula(detail::as_variable(x, detail::dtype_of_first(x...))...);
  return apply(formula, detail::value_of(x)...);
}

// The function of formula F, with a slope for each of the first inputs (none: no derivative).
template <class F, class... Slopes, class... Ts>
requires detail::Recorded<Ts...> Variable elementwise(const char* name, const Ts&... x) {
  const Tensor value = elementwise<F>(name, detail::value_of(x)...);
  if constexpr (sizeof...(Slopes) > 0)
    if (recording() && (detail::wants_gradient(x) || ...))
      return detail::record_elementwise<Slopes...>(name, value, std::index_sequence_for<Ts...>{},
                                                   detail::broadcast(x, value.shape())...);
  return record(name, value);
}

}  // namespace ebb
