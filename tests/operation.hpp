// What a row of the table of operations holds, and how the drivers call it. The table stands in
// tests/operations.hpp.
#pragma once

#include <array>
#include <autograd/check.hpp>
#include <autograd/elementwise.hpp>
#include <cmath>
#include <optional>
#include <tensor/random.hpp>
#include <vector>

// Where the operands of a row are drawn from. With `whole` they are whole numbers, so that ties and
// zeros occur, and no derivative with respect to them is asked.
struct Range {
  double low, high;
  bool whole = false;
};

// A value from elsewhere, to 15 digits or more. Inputs are exact in float32.
struct Literal {
  std::vector<double> x;
  double y;
};

// How far results may be from what is right, in units in the last place, measured against the
// larger of |y| and `scale`, which is not 0 where terms cancel.
struct Accuracy {
  double ulp = 4, ulp64 = ulp;  // in float32, in float64
  double scale = 0;
  bool alone = true;  // the bits do not depend on what stands beside an element

  template <class T>
  double allowed() const {
    return std::is_same_v<T, double> ? ulp64 : ulp;
  }
};

// How often a derivative is taken by each operand, and where.
using Orders = std::array<int, 3>;
using Point = std::array<long double, 3>;
// A derivative in closed form, up to the third order; nothing where the contract promises nothing.
using Derivative = std::function<std::optional<long double>(const Orders& n, const Point& x)>;

namespace detail {

template <class F, class X, std::size_t... I>
auto call(const F& f, const X* x, std::index_sequence<I...>) {
  return f(x[I]...);
}

// How many arguments f takes: the first number of X that it can be called with.
template <class F, class X>
constexpr std::size_t arity() {
  if constexpr (std::is_invocable_v<F, const X&>) return 1;
  if constexpr (std::is_invocable_v<F, const X&, const X&>) return 2;
  if constexpr (std::is_invocable_v<F, const X&, const X&, const X&>) return 3;
  return 4;
}

template <int... What>
std::vector<int> numbers(ebb::kernels::Reads<What...>) {
  return {What...};
}

}  // namespace detail

// A formula, read in two ways.
struct Formula {
  std::size_t arity;
  std::vector<int> reads;  // a slope's: inputs by number, or the output
  ebb::Tensor (*loop)(const ebb::Tensor* x);
  double (*number)(const double* x);
};

template <class F>
Formula formula() {
  constexpr std::size_t arity = detail::arity<F, double>();
  using Places = std::make_index_sequence<arity>;
  Formula result = {arity,
                    {},
                    [](const ebb::Tensor* x) {
                      return detail::call([](const auto&... t) { return ebb::apply(F{}, t...); }, x,
                                          Places{});
                    },
                    [](const double* x) -> double { return detail::call(F{}, x, Places{}); }};
  if constexpr (requires { typename F::reads; })
    result.reads = detail::numbers(typename F::reads{});
  return result;
}

struct Operation {
  std::string name;
  std::size_t operands;  // how many tensors the function takes
  std::function<ebb::Tensor(const ebb::Tensor* x)> on_tensors;
  std::function<ebb::Variable(const ebb::Variable* x)> on_variables;
  std::vector<Range> ranges;  // one for each argument of the formula
  std::vector<Literal> literals;
  Derivative derivative;  // none for a comparison
  Accuracy accuracy;
  Formula formula;
  std::vector<Formula> slopes;
};

// The operation of formula F: its public function, the ranges of its arguments, three literals or
// more, one of them where the function saturates, overflows or meets an edge, its derivatives, and
// its slopes, which are held against their double reading as F is.
template <class F, class... Slopes>
struct Row : Operation {
  template <class G>
  static constexpr bool holds = std::is_same_v<F, G> || (std::is_same_v<Slopes, G> || ...);

  template <class Body, std::size_t Arity, std::size_t Literals>
  Row(const char* called, Body body, const Range (&from)[Arity], const Literal (&known)[Literals],
      Derivative by_hand, Accuracy within = {})
      : Operation{called,
                  detail::arity<Body, ebb::Tensor>(),
                  [body](const ebb::Tensor* x) { return detail::call(body, x, Places<Body>{}); },
                  [body](const ebb::Variable* x) { return detail::call(body, x, Places<Body>{}); },
                  {from, from + Arity},
                  {known, known + Literals},
                  std::move(by_hand),
                  within,
                  ::formula<F>(),
                  {::formula<Slopes>()...}} {
    static_assert(Literals >= 3, "an operation needs three literals from elsewhere");
    static_assert(Arity == detail::arity<F, double>(), "one range for each argument");
  }

 private:
  template <class Body>
  using Places = std::make_index_sequence<detail::arity<Body, ebb::Tensor>()>;
};

// Does every formula stand in a row of the table?
template <class... Formulas, class... Rows>
constexpr bool covers(ebb::kernels::List<Formulas...>, const std::tuple<Rows...>*) {
  const auto holds = []<class G>(std::type_identity<G>) {
    return (Rows::template holds<G> || ...);
  };
  return (holds(std::type_identity<Formulas>{}) && ...);
}

// Numbers from a range, the same at each call. `place` keeps operands apart.
inline ebb::Tensor draw(const Range& range, const ebb::Shape& shape, std::size_t place = 0,
                        ebb::DType dtype = ebb::DType::float64) {
  ebb::Random random = ebb::Random{7}.fork("operand " + std::to_string(place));
  std::vector<double> values = ebb::rand(shape, random, ebb::DType::float64).to_vector<double>();
  for (double& value : values) {
    value = range.low + value * (range.high - range.low);
    if (range.whole) value = std::round(value);
  }
  return ebb::cast(ebb::from_vector(values, shape), dtype);
}
