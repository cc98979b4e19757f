// The table of elementwise operations, compiled once; tests/operations.hpp says who reads it.
#include <tests/derivatives.hpp>
#include <tests/operations.hpp>
#include <tuple>

namespace {

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

template <class F>
Formula formula() {
  constexpr std::size_t arguments = arity<F, double>();
  using Places = std::make_index_sequence<arguments>;
  Formula result = {arguments,
                    {},
                    [](const ebb::Tensor* x) {
                      return call([](const auto&... t) { return ebb::apply(F{}, t...); }, x,
                                  Places{});
                    },
                    [](const double* x) -> double { return call(F{}, x, Places{}); }};
  if constexpr (requires { typename F::reads; }) result.reads = numbers(typename F::reads{});
  return result;
}

// The operation of formula F: its public function, the ranges of its arguments, three literals or
// more, one of them where the function saturates, overflows or meets an edge, its derivatives, and
// its slopes, which are held against their double reading as F is.
template <class F, class... Slopes>
struct Row : Operation {
  template <class G>
  static constexpr bool holds = std::is_same_v<F, G> || (std::is_same_v<Slopes, G> || ...);

  template <class Body, std::size_t Arity, std::size_t Literals>
  Row(const char* called, Body body, const Range (&from)[Arity], const Literal (&known)[Literals],
      Derivative by_hand, Accuracy within = {}, int highest = 3)
      : Operation{called,
                  arity<Body, ebb::Tensor>(),
                  [body](const ebb::Tensor* x) { return call(body, x, Places<Body>{}); },
                  [body](const ebb::Variable* x) { return call(body, x, Places<Body>{}); },
                  {from, from + Arity},
                  {known, known + Literals},
                  std::move(by_hand),
                  highest,
                  within,
                  ::formula<F>(),
                  {::formula<Slopes>()...}} {
    static_assert(Literals >= 3, "an operation needs three literals from elsewhere");
    static_assert(Arity == arity<F, double>(), "one range for each argument");
  }

 private:
  template <class Body>
  using Places = std::make_index_sequence<arity<Body, ebb::Tensor>()>;
};

// Does every formula stand in a row of the table?
template <class... Formulas, class... Rows>
constexpr bool covers(ebb::kernels::List<Formulas...>, const std::tuple<Rows...>*) {
  const auto holds = []<class G>(std::type_identity<G>) {
    return (Rows::template holds<G> || ...);
  };
  return (holds(std::type_identity<Formulas>{}) && ...);
}

const auto table = [] {
  using namespace ebb;
  using namespace ebb::kernels;
  constexpr double inf = std::numeric_limits<double>::infinity();
  using namespace derivatives;
  using N = const Orders&;
  using X = const Point&;
  using R = std::optional<long double>;
  constexpr Range any = {-3, 3}, ties = {-2, 2, true};
  // clang-format off
  return std::tuple{
      Row<Add, Identity>("add", [](auto& a, auto& b) { return a + b; }, {any, any},
          {{{1.5, 2.25}, 3.75}, {{16777216, 1}, 16777217}, {{0x1p100, -1}, 1.26765060022822940e30}, {{inf, 1}, inf}},
          [](N n, X) -> R { return linear(n, {1, 1}); }),
      Row<Subtract, Negate>("subtract", [](auto& a, auto& b) { return a - b; }, {any, any},
          {{{1.5, 2.25}, -0.75}, {{16777216, -1}, 16777217}, {{1, 0x1p100}, -1.26765060022822940e30}, {{1, inf}, -inf}},
          [](N n, X) -> R { return linear(n, {1, -1}); }),
      Row<Multiply, MultiplySlopeA, MultiplySlopeB>("multiply", [](auto& a, auto& b) { return a * b; }, {any, any},
          {{{1.5, -2.25}, -3.375}, {{16777215, 3}, 50331645}, {{0x1p100, 0x1p100}, 1.60693804425899028e60}},
          [](N n, X x) -> R { return n[0] > 1 || n[1] > 1 ? 0 : n[0] == 0 ? x[0] : n[1] == 0 ? x[1] : 1; }),
      Row<Divide, DivideSlopeA, DivideSlopeB>("divide", [](auto& a, auto& b) { return a / b; }, {any, {0.25, 4}},
          {{{1, 3}, 0.333333333333333333}, {{-2, 7}, -0.285714285714285714}, {{-1, 0}, -inf}, {{3, inf}, 0}},
          [](N n, X x) -> R { return quotient(n[0], n[1], x[0], x[1]); }),
      Row<Negate, Negate>("negate", [](auto& x) { return -x; }, {any},
          {{{1.5}, -1.5}, {{-0x1p100}, 1.26765060022822940e30}, {{inf}, -inf}},
          [](N n, X) -> R { return linear(n, {-1}); }),

      Row<Square, SquareSlope>("square", [](auto& x) { return square(x); }, {{-1000, 1000}},
          {{{1.5}, 2.25}, {{-4097}, 16785409}, {{0x1p100}, 1.60693804425899028e60}},
          [](N n, X x) -> R { return in_order(n, {2 * x[0], 2, 0}); }),
      Row<Sqrt, SqrtSlope>("sqrt", [](auto& x) { return sqrt(x); }, {{0.25, 1000}},
          {{{2}, 1.41421356237309505}, {{0.375}, 0.612372435695794525}, {{0x1p-101}, 6.28036983473510024e-16}, {{inf}, inf}},
          [](N n, X x) -> R { return square_root(n[0], x[0]); }),
      Row<Rsqrt, RsqrtSlope>("rsqrt", [](auto& x) { return rsqrt(x); }, {{0.25, 1000}},
          {{{2}, 0.707106781186547524}, {{0.375}, 1.63299316185545207}, {{0x1p-100}, 1.12589990684262400e15}, {{0}, inf}, {{inf}, 0}},
          [](N n, X x) -> R { return inverse_root(n[0], x[0]); }),
      Row<Exp, ExpSlope>("exp", [](auto& x) { return exp(x); }, {{-80, 80}},
          {{{1}, 2.71828182845904524}, {{-0.5}, 0.606530659712633424}, {{80}, 5.54062238439351005e34}, {{1000}, inf}, {{-1000}, 0}},
          [](N, X x) -> R { return std::exp(x[0]); }),
      Row<Expm1, Expm1Slope>("expm1", [](auto& x) { return expm1(x); }, {{-20, 20}},
          {{{1}, 1.71828182845904524}, {{-0.5}, -0.393469340287366576}, {{0x1p-40}, 9.09494701773341828e-13}, {{-50}, -1}},
          [](N, X x) -> R { return std::exp(x[0]); }),
      Row<Log, LogSlope>("log", [](auto& x) { return log(x); }, {{0.25, 1000}},
          {{{10}, 2.30258509299404568}, {{0.375}, -0.980829253011726237}, {{0x1p-100}, -69.3147180559945309}, {{0}, -inf}},
          [](N n, X x) -> R { return reciprocal(n[0] - 1, x[0]); }),
      Row<Log1p, Log1pSlope>("log1p", [](auto& x) { return log1p(x); }, {{-0.75, 1000}},
          {{{1}, 0.693147180559945309}, {{-0.75}, -1.38629436111989062}, {{0x1p-40}, 9.09494701772514648e-13}, {{0x1p80}, 55.4517744447956248}},
          [](N n, X x) -> R { return reciprocal(n[0] - 1, 1 + x[0]); }),
      Row<Log1mexp, Log1mexpSlope>("log1mexp", [](auto& x) { return log1mexp(x); }, {{-40, -0.125}},
          {{{-0.5}, -0.932752129567188572}, {{-3}, -0.0510691809427015865}, {{-80}, -1.80485138784541517e-35}, {{-0x1p-40}, -27.7258872223982671}, {{0}, -inf}},
          [](N n, X x) -> R { return log_rest(n[0], x[0]); }),
      Row<Logaddexp, LogaddexpSlopeA, LogaddexpSlopeB>("logaddexp", [](auto& a, auto& b) { return logaddexp(a, b); }, {{-20, 20}, {-20, 20}},
          {{{0.5, 0.25}, 1.07593941987884356}, {{-3, 2}, 2.00671534848911807}, {{1000, -1000}, 1000}, {{-inf, -inf}, -inf}, {{-inf, 1}, 1}, {{inf, inf}, inf}},
          [](N n, X x) -> R { return sum_of_powers(n[0], n[1], x[0], x[1]); }, {.scale = 3}),
      Row<Pow, PowSlopeA, PowSlopeB>("pow", [](auto& a, auto& b) { return pow(a, b); }, {{0.25, 10}, any},
          {{{3, -1.75}, 0.146230445883610273}, {{0.75, -2.5}, 2.05280095711866938}, {{-2, 3}, -8}, {{1.5, 100}, 406561177535215237.0}, {{0, -2}, inf}, {{0, 0}, 1}},
          [](N n, X x) -> R { return power(n[0], n[1], x[0], x[1]); }, {.ulp = 20}),

      Row<Sin, SinSlope>("sin", [](auto& x) { return sin(x); }, {{-100, 100}},
          {{{1}, 0.841470984807896507}, {{-2.5}, -0.598472144103956494}, {{1000}, 0.826879540532002560}},
          [](N n, X x) -> R { return in_order(n, {std::cos(x[0]), -std::sin(x[0]), -std::cos(x[0])}); }, {.alone = false}),
      Row<Cos, CosSlope>("cos", [](auto& x) { return cos(x); }, {{-100, 100}},
          {{{1}, 0.540302305868139717}, {{-2.5}, -0.801143615546933715}, {{1000}, 0.562379076290702991}},
          [](N n, X x) -> R { return in_order(n, {-std::sin(x[0]), -std::cos(x[0]), std::sin(x[0])}); }, {.alone = false}),
      Row<Tanh, TanhSlope>("tanh", [](auto& x) { return tanh(x); }, {{-12, 12}},
          {{{0.5}, 0.462117157260009759}, {{-1.25}, -0.848283639957512898}, {{8}, 0.999999774929675890}, {{-20}, -0.999999999999999992}},
          [](N n, X x) -> R { const auto t = std::tanh(x[0]), s = 1 / std::cosh(x[0]) / std::cosh(x[0]); return in_order(n, {s, -2 * t * s, (6 * t * t - 2) * s}); }),
      Row<Atan, AtanSlope>("atan", [](auto& x) { return atan(x); }, {{-12, 12}},
          {{{0.5}, 0.463647609000806116}, {{-1.25}, -0.896055384571343956}, {{1000}, 1.56979632712822975}, {{inf}, 1.57079632679489662}},
          [](N n, X x) -> R { const auto s = 1 / (1 + x[0] * x[0]), z = std::isinf(x[0]) ? 0 : x[0]; return in_order(n, {s, -2 * z * s * s, (8 * z * z * s - 2) * s * s}); }),
      Row<Erfc, ErfcSlope>("erfc", [](auto& x) { return erfc(x); }, {{-6, 8.5}},
          {{{0.5}, 0.479500122186953462}, {{-1.25}, 1.92290012825645823}, {{3}, 2.20904969985854414e-5}, {{9}, 4.13703174651381024e-37}, {{-7}, 2}, {{inf}, 0}},
          [](N n, X x) -> R { return -bell(n[0], x[0]); }, {.ulp = 8}),
      Row<Lgamma, LgammaSlope>("lgamma", [](auto& x) { return lgamma(x); }, {{0.3, 30}},
          {{{0.5}, 0.572364942924700087}, {{1.25}, -0.0982718364218131615}, {{10}, 12.8018274800814696}, {{0x1p-20}, 13.8629430607238996}, {{-7.25}, -7.54188344347575002}, {{0}, inf}, {{-inf}, inf}},
          [](N n, X x) -> R { return gamma_family(n[0] - 1, x[0]); }, {.ulp = 5, .scale = 1}, 2),
      Row<Digamma, DigammaSlope>("digamma", [](auto& x) { return digamma(x); }, {{0.3, 30}},
          {{{0.5}, -1.96351002602142348}, {{1.25}, -0.227453533376265408}, {{10}, 2.25175258906672111}, {{0x1p-20}, -1048576.57721409617}, {{-7.25}, 5.18997721495628789}, {{0}, -inf}, {{-2}, NAN}, {{inf}, inf}},
          [](N n, X x) -> R { return gamma_family(n[0], x[0]); }, {.ulp = 5, .scale = 1}, 1),
      Row<Trigamma>("trigamma", [](auto& x) { return trigamma(x); }, {{0.3, 30}},
          {{{0.5}, 4.93480220054467931}, {{1.25}, 1.19732915450711074}, {{10}, 0.105166335681685746}, {{0x1p-20}, 1099511627777.64493}, {{-7.25}, 19.610354539293269}, {{0}, inf}, {{-2}, inf}, {{inf}, 0}}, {}, {.ulp = 5, .scale = 1}, 0),
      Row<LogRising, LogRisingSlopeX, LogRisingSlopeN>("log_rising", [](auto& x, auto& n) { return log_rising(x, n); }, {{0.3, 30}, {0.25, 30}},
          {{{0.5, 0.25}, -0.369083991493404716}, {{7.25, 100}, 385.691133127009004}, {{2048, 255}, 1959.4737106703420}, {{0x1p20, 255}, 3535.08150310008127}, {{12.5, -10}, -18.4496646414635265}, {{20, 0.125}, 0.371715199555586346}, {{0x1p-20, 3}, -13.1697950001280547}},
          [](N n, X x) -> R { return rising(n[0], n[1], x[0], x[1]); }, {.ulp = 8, .scale = 30}, 2),
      Row<Erf, ErfSlope>("erf", [](auto& x) { return erf(x); }, {{-6, 6}},
          {{{0.5}, 0.520499877813046538}, {{-1.25}, -0.922900128256458230}, {{3}, 0.999977909503001415}, {{-7}, -1}},
          [](N n, X x) -> R { return bell(n[0], x[0]); }, {.ulp64 = 40}),
      Row<Sigmoid, SigmoidSlope>("sigmoid", [](auto& x) { return sigmoid(x); }, {{-40, 40}},
          {{{0.5}, 0.622459331201854565}, {{-2}, 0.119202922022117556}, {{40}, 0.999999999999999996}, {{-40}, 4.24835425529158898e-18}, {{-1000}, 0}},
          [](N n, X x) -> R { return logistic(n[0], x[0]); }),
      Row<Softplus, SoftplusSlope>("softplus", [](auto& x) { return softplus(x); }, {{-40, 40}},
          {{{0}, 0.693147180559945309}, {{1.5}, 1.70141327798275241}, {{-40}, 4.24835425529158899e-18}, {{1000}, 1000}},
          [](N n, X x) -> R { return logistic(n[0] - 1, x[0]); }),

      Row<SoftplusBeta, SoftplusBetaSlope>("softplus", [](auto& x) { return softplus(x, 2, 3); }, {any, {2, 2}, {3, 3}},
          {{{0.5}, 0.656630843759111417}, {{-1.25}, 0.0394448671462748117}, {{1.625}, 1.625}, {{inf}, inf}, {{-inf}, 0}},
          [](N n, X x) -> R { return 2 * x[0] > 3 ? linear(n, {1}) : std::exp2(n[0] - 1) * logistic(n[0] - 1, 2 * x[0]); }),
      Row<LogSigmoid, LogSigmoidSlope>("log_sigmoid", [](auto& x) { return log_sigmoid(x); }, {{-40, 40}},
          {{{0.5}, -0.474076984180106681}, {{-1.25}, -1.50192908134537289}, {{40}, -4.24835425529158899e-18}, {{-1000}, -1000}},
          [](N n, X x) -> R { return (n[0] == 2 ? -1 : 1) * logistic(n[0] - 1, -x[0]); }),
      Row<Silu, SiluSlope>("silu", [](auto& x) { return silu(x); }, {{-40, 40}},
          {{{0.5}, 0.311229665600927282}, {{-1.25}, -0.278375173531636066}, {{3}, 2.85772238046729966}, {{-1000}, 0}, {{-inf}, 0}, {{inf}, inf}},
          [](N n, X x) -> R { return std::isinf(x[0]) ? linear(n, {x[0] > 0 ? 1.0L : 0.0L}) : n[0] * logistic(n[0] - 1, x[0]) + x[0] * logistic(n[0], x[0]); }, {.ulp = 8}),
      Row<Gelu, GeluSlope>("gelu", [](auto& x) { return gelu(x); }, {{-12, 12}},
          {{{0.5}, 0.345731230637006552}, {{-1.25}, -0.132062217083569072}, {{3}, 2.99595030590510972}, {{-100}, 0}, {{-inf}, 0}, {{inf}, inf}},
          [](N n, X x) -> R { return normal_step(n[0], x[0]); }, {.ulp = 16, .scale = 0.01}),
      Row<GeluTanh, GeluTanhSlope>("gelu_tanh", [](auto& x) { return gelu_tanh(x); }, {{-4, 12}},
          {{{0.5}, 0.345714009825143922}, {{-1.25}, -0.132285797030285398}, {{3}, 2.99636260791822698}, {{-100}, 0}, {{-inf}, 0}, {{inf}, inf}},
          [](N n, X x) -> R { return tanh_step(n[0], x[0]); }, {.ulp = 8, .scale = 3}),
      Row<Elu, EluSlope>("elu", [](auto& x) { return elu(x, 0.5); }, {any, {0.5, 0.5}},
          {{{0.5}, 0.5}, {{-1.25}, -0.35674760156990495}, {{0x1p-40}, 0x1p-40}, {{-1000}, -0.5}, {{inf}, inf}},
          [](N n, X x) -> R { return x[0] <= 0 ? std::exp(x[0]) / 2 : linear(n, {1}); }),
      Row<LeakyRelu, LeakyReluSlope>("leaky_relu", [](auto& x) { return leaky_relu(x, 0.25); }, {any, {0.25, 0.25}},
          {{{1.5}, 1.5}, {{-1.5}, -0.375}, {{-inf}, -inf}, {{inf}, inf}},
          [](N n, X x) -> R { return linear(n, {x[0] <= 0 ? 0.25L : 1.0L}); }),
      Row<Relu, ReluSlope>("relu", [](auto& x) { return relu(x); }, {any},
          {{{1.5}, 1.5}, {{-1.5}, 0}, {{-inf}, 0}, {{inf}, inf}},
          [](N n, X x) -> R { return linear(n, {x[0] <= 0 ? 0.0L : 1.0L}); }),
      Row<Abs, AbsSlope>("abs", [](auto& x) { return abs(x); }, {any},
          {{{1.5}, 1.5}, {{-0.125}, 0.125}, {{-inf}, inf}},
          [](N n, X x) -> R { return linear(n, {x[0] == 0 ? 0.0L : x[0] < 0 ? -1.0L : 1.0L}); }),
      Row<Maximum, MaximumSlopeA, MaximumSlopeB>("maximum", [](auto& a, auto& b) { return maximum(a, b); }, {any, any},
          {{{1.5, -2}, 1.5}, {{-3, -2}, -2}, {{-inf, 0x1p100}, 1.26765060022822940e30}},
          [](N n, X x) -> R { return linear(n, {larger(x[0], x[1]), larger(x[1], x[0])}); }),
      Row<Minimum, MinimumSlopeA, MinimumSlopeB>("minimum", [](auto& a, auto& b) { return minimum(a, b); }, {any, any},
          {{{1.5, -2}, -2}, {{-3, -2}, -3}, {{inf, 0x1p100}, 1.26765060022822940e30}},
          [](N n, X x) -> R { return linear(n, {larger(x[1], x[0]), larger(x[0], x[1])}); }),
      Row<Clamp, ClampSlope>("clamp", [](auto& x) { return clamp(x, -1, 2); }, {any, {-1, -1}, {2, 2}},
          {{{0.5}, 0.5}, {{-1.25}, -1}, {{inf}, 2}, {{-inf}, -1}},
          [](N n, X x) -> R { return linear(n, {x[0] < -1 || x[0] > 2 ? 0.0L : 1.0L}); }),
      Row<Clamp, ClampSlope, ClampSlopeLow, ClampSlopeHigh>("clamp", [](auto& x, auto& low, auto& high) { return clamp(x, low, high); }, {any, {-3, 0.5}, {-0.5, 3}},
          {{{0.5, -1, 2}, 0.5}, {{-1.25, -1, 2}, -1}, {{inf, -1, 2}, 2}, {{3, 2, 1}, 1}, {{0, NAN, 1}, NAN}, {{0, 1, NAN}, NAN}},
          [](N n, X x) -> R { return linear(n, {x[0] < x[1] || x[0] > x[2] ? 0.0L : 1.0L, x[0] < x[1] && x[1] < x[2] ? 1.0L : 0.0L, x[0] > x[2] || x[2] < x[1] ? 1.0L : 0.0L}); }),
      Row<Sign, FlatSlope>("sign", [](auto& x) { return sign(x); }, {any},
          {{{1.5}, 1}, {{-0x1p-100}, -1}, {{0}, 0}, {{-inf}, -1}, {{NAN}, 0}},
          [](N, X) -> R { return 0; }),
      Row<Floor, FlatSlope>("floor", [](auto& x) { return floor(x); }, {any},
          {{{1.5}, 1}, {{-0.125}, -1}, {{-7}, -7}, {{0x1p100}, 0x1p100}, {{inf}, inf}},
          [](N, X) -> R { return 0; }),
      Row<Ceil, FlatSlope>("ceil", [](auto& x) { return ceil(x); }, {any},
          {{{1.5}, 2}, {{-1.125}, -1}, {{7}, 7}, {{0x1p100}, 0x1p100}, {{inf}, inf}},
          [](N, X) -> R { return 0; }),
      Row<Round, FlatSlope>("round", [](auto& x) { return round(x); }, {any},
          {{{1.5}, 2}, {{2.5}, 2}, {{-0.5}, 0}, {{-1.75}, -2}, {{8388609}, 8388609}, {{inf}, inf}},
          [](N, X) -> R { return 0; }),
      Row<Where, WhereSlopeA, WhereSlopeB>("where", [](auto& mask, auto& a, auto& b) { return where(mask, a, b); }, {ties, any, any},
          {{{1, 2.5, -3}, 2.5}, {{0, 2.5, -3}, -3}, {{-0.5, inf, 0}, inf}, {{0, inf, 7}, 7}},
          [](N n, X x) -> R { return linear(n, {0, x[0] == 0 ? 0.0L : 1.0L, x[0] == 0 ? 1.0L : 0.0L}); }),

      Row<Equal>("equal", [](auto& a, auto& b) { return a == b; }, {ties, ties},
          {{{1, 1}, 1}, {{1, 2}, 0}, {{inf, inf}, 1}, {{0, -0.0}, 1}}, {}),
      Row<NotEqual>("not_equal", [](auto& a, auto& b) { return a != b; }, {ties, ties},
          {{{1, 1}, 0}, {{1, 2}, 1}, {{inf, -inf}, 1}, {{0, -0.0}, 0}}, {}),
      Row<Less>("less", [](auto& a, auto& b) { return a < b; }, {ties, ties},
          {{{1, 1}, 0}, {{1, 2}, 1}, {{2, 1}, 0}, {{-inf, -0x1p100}, 1}}, {}),
      Row<LessEqual>("less_equal", [](auto& a, auto& b) { return a <= b; }, {ties, ties},
          {{{1, 1}, 1}, {{1, 2}, 1}, {{2, 1}, 0}, {{inf, inf}, 1}}, {}),
      Row<Greater>("greater", [](auto& a, auto& b) { return a > b; }, {ties, ties},
          {{{1, 1}, 0}, {{1, 2}, 0}, {{2, 1}, 1}, {{inf, 0x1p100}, 1}}, {}),
      Row<GreaterEqual>("greater_equal", [](auto& a, auto& b) { return a >= b; }, {ties, ties},
          {{{1, 1}, 1}, {{1, 2}, 0}, {{2, 1}, 1}, {{-inf, -inf}, 1}}, {}),

      Row<IsNan>("isnan", [](auto& x) { return isnan(x); }, {any}, {{{1}, 0}, {{NAN}, 1}, {{inf}, 0}}, {}),
      Row<IsInf>("isinf", [](auto& x) { return isinf(x); }, {any}, {{{1}, 0}, {{NAN}, 0}, {{inf}, 1}, {{-inf}, 1}}, {}),
      Row<IsFinite>("isfinite", [](auto& x) { return isfinite(x); }, {any}, {{{1}, 1}, {{NAN}, 0}, {{inf}, 0}, {{-inf}, 0}}, {}),

      Row<BernoulliLogProbability, BernoulliLogProbabilitySlopeX, BernoulliLogProbabilitySlopeT>("bernoulli_log_probability", [](auto& x, auto& t) { return bernoulli_log_probability(x, t); }, {{-20, 20}, {0, 1}},
          {{{0.5, 0.25}, -0.849076984180106681}, {{-3, 1}, -3.04858735157374206}, {{10, 1}, -4.53988992168646468e-5}, {{40, 1}, -4.24835425529158899e-18}, {{-20, 0}, -2.06115362031438070e-9}, {{1000, 0}, -1000}, {{1000, 1}, 0}},
          [](N n, X x) -> R { return n[1] > 0 ? linear(n, {0, x[0]}) + (n == Orders{1, 1}) : (n[0] == 1 ? x[1] : 0) - logistic(n[0] - 1, x[0]); }),
      Row<SquaredError, SquaredErrorSlopeX, SquaredErrorSlopeT>("squared_error", [](auto& x, auto& t) { return squared_error(x, t); }, {any, any},
          {{{1.5, -0.25}, 3.0625}, {{0.5, 0.5}, 0}, {{-1000, 24}, 1048576}},
          [](N n, X x) -> R { const auto two = 2 * (x[0] - x[1]); return n[0] + n[1] == 1 ? linear(n, {two, -two}) : n[0] + n[1] == 3 ? 0 : n[0] == 1 ? -2 : 2; }),
      Row<GaussianKl, GaussianKlSlopeM, GaussianKlSlopeV>("gaussian_kl", [](auto& m, auto& v) { return gaussian_kl(m, v); }, {any, any},
          {{{0.5, 0.25}, 0.142012708343870742}, {{-1, -2}, 1.06766764161830635}, {{2, 20}, 242582589.204895139}, {{0, -100}, 49.5}},
          [](N n, X x) -> R { return n[0] == 0 ? 0.5L * (std::exp(x[1]) - (n[1] == 1)) : n[1] > 0 ? 0 : in_order(n, {x[0], 1, 0}); }, {.scale = 3}),
  };
  // clang-format on
}();
static_assert(covers(ebb::kernels::AllFormulas{}, &table),
              "a formula in tensor/kernels/formulas.hpp has no row in the table of operations");

}  // namespace

const std::vector<Operation>& operations() {
  static const std::vector<Operation> all =
      std::apply([](const auto&... row) { return std::vector<Operation>{row...}; }, table);
  return all;
}
