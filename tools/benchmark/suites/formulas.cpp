#include <algorithm>
#include <string_view>
#include <tensor/elementwise.hpp>
#include <tools/benchmark/suites/formulas.hpp>

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

template <class F>
constexpr int inputs_of() {
  using X = const double&;
  if (std::is_same_v<F, ebb::kernels::Clamp>) return 1;  // its bounds are numbers
  if (std::is_same_v<F, ebb::kernels::ClampSlope>) return 2;
  if (std::is_invocable_v<F, X>) return 1;
  if (std::is_invocable_v<F, X, X>) return 2;
  return std::is_invocable_v<F, X, X, X> ? 3 : 4;
}

bool is_cheap(const std::string& name) {
  static const char* const costly[] = {"Divide",
                                       "DivideSlopeA",
                                       "DivideSlopeB",
                                       "Sqrt",
                                       "SqrtSlope",
                                       "Pow",
                                       "PowSlopeA",
                                       "PowSlopeB",
                                       "Exp",
                                       "Expm1",
                                       "Log",
                                       "LogSlope",
                                       "Log1p",
                                       "Log1pSlope",
                                       "Sin",
                                       "SinSlope",
                                       "Cos",
                                       "CosSlope",
                                       "Tanh",
                                       "Erf",
                                       "ErfSlope",
                                       "Sigmoid",
                                       "Softplus",
                                       "SoftplusSlope",
                                       "BernoulliLoss",
                                       "GaussianKl",
                                       "GaussianKlSlopeV",
                                       "BernoulliLossSlopeX"};
  return std::find(std::begin(costly), std::end(costly), name) == std::end(costly);
}

template <class... Fs>
std::vector<Formula> list_of(ebb::kernels::List<Fs...>) {
  return {Formula{name_of<Fs>(), ebb::kernels::AllFormulas::place<Fs>, inputs_of<Fs>(),
                  is_cheap(name_of<Fs>())}...};
}

}  // namespace

std::vector<Formula> formulas() { return list_of(ebb::kernels::AllFormulas{}); }

ebb::Tensor run(const Formula& formula, const std::vector<ebb::Tensor>& x) {
  using ebb::detail::run_formula;
  if (formula.name == "Clamp") return run_formula("clamp", formula.place, {x[0], 1.0, 2.0});
  if (formula.name == "ClampSlope")
    return run_formula("clamp", formula.place, {x[0], 1.0, 2.0, x[1]});
  if (formula.inputs == 1) return run_formula("formula", formula.place, {x[0]});
  if (formula.inputs == 2) return run_formula("formula", formula.place, {x[0], x[1]});
  if (formula.inputs == 3) return run_formula("formula", formula.place, {x[0], x[1], x[2]});
  return run_formula("formula", formula.place, {x[0], x[1], x[2], x[3]});
}

}  // namespace ebb::tools::benchmark
