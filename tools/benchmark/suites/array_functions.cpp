#include <string_view>
#include <tensor/elementwise.hpp>
#include <tensor/kernels/formulas.hpp>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>
#include <tensor/views.hpp>
#include <tools/benchmark/peers/peer.hpp>
#include <tools/benchmark/suites/array_functions.hpp>

namespace ebb::tools::benchmark {
namespace {

// "Tanh" from "… name_of() [with F = ebb::kernels::Tanh; …]" or "… [F = ebb::kernels::Tanh]".
template <class F>
std::string name_of() {
  std::string_view text = __PRETTY_FUNCTION__;
  text = text.substr(text.find("F = ") + 4);
  text = text.substr(0, text.find_first_of(";]"));
  return std::string(text.substr(text.rfind(':') + 1));
}

// Those that divide or compute a function.
bool is_cheap(const std::string& name) {
  static const std::string costly =
      " Divide DivideSlopeA DivideSlopeB Sqrt SqrtSlope Pow PowSlopeA PowSlopeB Exp Expm1 Log "
      "LogSlope Log1p Log1pSlope Sin SinSlope Cos CosSlope Tanh Erf ErfSlope Sigmoid Softplus "
      "SoftplusSlope BernoulliLogProbability GaussianKl GaussianKlSlopeV "
      "BernoulliLogProbabilitySlopeX ";
  return costly.find(" " + name + " ") == std::string::npos;
}

// One loop over as many arrays as the formula takes; where it takes bounds, they are numbers.
template <class F>
ArrayFunction function_of(const std::array<Tensor, 4>& x) {
  using X = const double&;
  const auto on = [](const auto&... operands) {
    const int arrays = (0 + ... + std::is_same_v<std::decay_t<decltype(operands)>, Tensor>);
    return ArrayFunction{name_of<F>(), 4 * (arrays + 1),
                         [=] { return ebb::apply(F{}, operands...); }, is_cheap(name_of<F>())};
  };
  if constexpr (std::is_same_v<F, kernels::Clamp>)
    return on(x[0], 1.0, 2.0);
  else if constexpr (std::is_same_v<F, kernels::ClampSlope>)
    return on(x[0], 1.0, 2.0, x[1]);
  else if constexpr (std::is_invocable_v<F, X>)
    return on(x[0]);
  else if constexpr (std::is_invocable_v<F, X, X>)
    return on(x[0], x[1]);
  else if constexpr (std::is_invocable_v<F, X, X, X>)
    return on(x[0], x[1], x[2]);
  else
    return on(x[0], x[1], x[2], x[3]);
}

template <class... Fs>
std::vector<ArrayFunction> list_of(kernels::List<Fs...>, const std::array<Tensor, 4>& x) {
  return {function_of<Fs>(x)...};
}

}  // namespace

std::vector<ArrayFunction> formulas(const std::array<Tensor, 4>& x) {
  return list_of(kernels::AllFormulas{}, x);
}

std::vector<ArrayFunction> array_functions(std::int64_t n) {
  const Tensor x = positive_numbers({n / 100, 100});
  const Tensor column = positive_numbers({n / 100, 1}), row = positive_numbers({100});
  Random random = {.seed = 7};
  return {
      {"sum", 4, [=] { return sum(x); }},
      {"sum of rows", 4, [=] { return sum(x, {1}); }},
      {"sum of columns", 4, [=] { return sum(x, {0}); }},
      {"amax of rows", 4, [=] { return amax(x, {1}); }},
      {"argmax of rows", 4, [=] { return argmax(x, 1); }},
      {"var of rows", 4, [=] { return var(x, {1}); }},
      {"logsumexp of rows", 4, [=] { return logsumexp(x, {1}); }},
      {"softmax of rows", 8, [=] { return softmax(x, 1); }},
      {"log_softmax of rows", 8, [=] { return log_softmax(x, 1); }},
      {"softmax of columns", 8, [=] { return softmax(x, 0); }},
      {"matrix + row", 8, [=] { return x + row; }},
      {"matrix * column", 8, [=] { return x * column; }},
      {"clone", 8, [=] { return clone(x); }},
      {"transposed copy", 8, [=] { return contiguous(transpose(x)); }},
      {"rand", 4, [=]() mutable { return rand({n}, random); }},
      {"randn", 4, [=]() mutable { return randn({n}, random); }},
  };
}

Tensor positive_numbers(const Shape& shape) {
  Tensor x = empty(shape);
  float* const values = x.writable_data<float>();
  fill(values, x.count(), seed_of_a);
  for (std::int64_t i = 0; i < x.count(); ++i) values[i] += 1.5F;
  return x;
}

}  // namespace ebb::tools::benchmark
