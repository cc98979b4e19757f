// Every formula, and the functions that move or reduce arrays, against the bandwidth of memory at
// the same size and xsimd's own functions.
#include <string_view>
#include <tensor/elementwise.hpp>
#include <tensor/kernels/formulas.hpp>
#include <tensor/normalize.hpp>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>
#include <tensor/views.hpp>
#include <tools/benchmark/suites/elementwise.hpp>
#include <tools/benchmark/suites/peak.hpp>

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

void note(Report& report, const char* key, const char* words, const Ratios& ratios) {
  if (!ratios.all.empty())
    report.note(key, ratios.mean(),
                fmt::format("{}: {:.3f} (geometric mean of {}), least {:.3f}", words, ratios.mean(),
                            ratios.all.size(), ratios.least));
}

// Each function of n elements in turns with a bare loop that moves as many arrays, on as many
// threads as are worth it.
void measure_table(Context& context, const char* what, std::int64_t n,
                   const std::vector<ArrayFunction>& functions) {
  const bool formulas = std::string(what) == "formula";
  const int threads = n < 10'000 ? 1 : context.threads;
  const std::int64_t part = n / threads / 64 * 64;  // what the loops do of it on each thread
  const Streams streams(3 * part, threads);
  Columns columns = {what, "billion/s", "(median)", "GB/s:1", "level", "of bandwidth"};
  if (formulas) columns.push_back("of xsimd:3");
  context.report.begin_table(fmt::format("{}s, {:.0e} elements", what, static_cast<double>(n)),
                             columns);
  Ratios of_xsimd, of_bandwidth;
  for (const ArrayFunction& function : functions) {
    if (function.name.find(context.options.only) == std::string::npos) continue;
    const Pinned pinned = pin_own_threads(context.threads);
    const Loop& bare = loops_in_use().memory[std::min(function.bytes / 4 - 1, 2)];
    const Loop* own = nullptr;  // xsimd's own function for a formula
    for (const Loop& loop : loops_in_use().functions)
      if (formulas && loop.name == function.name) own = &loop;
    std::vector<Way> ways = {way(function.name, [&] { keep(function.call()); }),
                             streams.way(bare, part)};
    if (own) ways.push_back(streams.way(*own, part));
    const std::vector<Timing> times = measure(ways, context.effort);
    const double count = static_cast<double>(n) * 1e-9;
    const double speed = function.bytes * count / times[0].minimum;
    const double share = speed / streams.gigabytes_per_second(bare, part, times[1]);
    const Level& level = peak(context).level_of(function.bytes * n, threads);
    std::vector<Cell> line = {
        function.name, count / times[0].minimum, count / times[0].median, speed, level.name, share};
    if (formulas)
      line.emplace_back(own ? speed / streams.gigabytes_per_second(*own, part, times[2]) : none);
    if (own) of_xsimd.add(std::get<double>(line.back()));
    if (function.cheap) of_bandwidth.add(share);
    context.report.add(line);
  }
  note(context.report, "of xsimd", "speed over that of xsimd's own functions", of_xsimd);
  note(context.report, "of bandwidth", "share of the bandwidth where memory is the limit",
       of_bandwidth);
}

}  // namespace

std::vector<ArrayFunction> formulas(const std::array<Tensor, 4>& x) {
  return [&]<class... Fs>(kernels::List<Fs...>) {
    return std::vector<ArrayFunction>{function_of<Fs>(x)...};
  }(kernels::AllFormulas{});
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
      {"layer_norm", 8, [=] { return layer_norm(x, {100}); }},
      {"batch_norm", 8, [=] { return batch_norm(x, {}, {}, {}, {}, {.training = true}); }},
      {"softmax of columns", 8, [=] { return softmax(x, 0); }},
      {"matrix + row", 8, [=] { return x + row; }},
      {"matrix * column", 8, [=] { return x * column; }},
      {"clone", 8, [=] { return clone(x); }},
      {"transposed copy", 8, [=] { return contiguous(transpose(x)); }},
      {"rand", 4, [=]() mutable { return rand({n}, random); }},
      {"randn", 4, [=]() mutable { return randn({n}, random); }},
  };
}

Tensor positive_numbers(const Shape& shape) { return numbers(shape) + 1.5; }

void run_elementwise(Context& context) {
  peak(context);  // measured before the tables begin
  std::vector<std::int64_t> sizes = {1'000, 100'000, 10'000'000};
  if (context.options.quick) sizes.pop_back();
  for (std::int64_t n : sizes) {
    const Tensor x = positive_numbers({n});
    measure_table(context, "formula", n, formulas({x, clone(x), clone(x), clone(x)}));
  }
  for (std::int64_t n : sizes) measure_table(context, "function", n, array_functions(n));
}

}  // namespace ebb::tools::benchmark
