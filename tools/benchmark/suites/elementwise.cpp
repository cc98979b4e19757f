// Every formula, and the functions that move or reduce arrays, against the bandwidth of memory at
// the same size and xsimd's own functions.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <tools/benchmark/machine/pinned.hpp>
#include <tools/benchmark/machine/streams.hpp>
#include <tools/benchmark/suites/array_functions.hpp>
#include <tools/benchmark/suites/formulas.hpp>
#include <tools/benchmark/suites/peak.hpp>
#include <tools/benchmark/suites/suites.hpp>

namespace ebb::tools::benchmark {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

bool asked_for(const Context& context, const std::string& name) {
  return name.find(context.options.only) != std::string::npos;
}

std::vector<Column> columns(const char* what) {
  return {{what, 0, 20}, {"billion/s"},   {"(median)"},
          {"GB/s", 1},   {"level", 0, 7}, {"of bandwidth", 2}};
}

// The part of a line that all tables share: n elements, so many bytes of memory for each, the bare
// loop beside it.
std::vector<Cell> cells(const Context& context, const std::string& name, std::int64_t n,
                        double bytes, const Timing& ours, double bandwidth) {
  const double count = static_cast<double>(n) * 1e-9, speed = bytes * count / ours.minimum;
  const auto level = peak(context).level_of(static_cast<std::int64_t>(bytes) * n,
                                            n < 10'000 ? 1 : context.threads);
  return {name, count / ours.minimum, count / ours.median, speed, level.name, speed / bandwidth};
}

double least(const std::vector<double>& values) {
  return values.empty() ? none : *std::min_element(values.begin(), values.end());
}

MathLoops::Loop own_function(const std::string& name) {
  const MathLoops& loops = math_loops_in_use();
  return name == "Exp"       ? loops.exp
         : name == "Log"     ? loops.log
         : name == "Sigmoid" ? loops.sigmoid
         : name == "Sqrt"    ? loops.sqrt
         : name == "Tanh"    ? loops.tanh
                             : nullptr;
}

// What the lines of a table amount to.
struct Summary {
  std::vector<double> of_xsimd, of_bandwidth;

  void report(Report& report) const {
    if (!of_xsimd.empty())
      report.note("of xsimd", geometric_mean(of_xsimd),
                  fmt::format("xsimd's own functions: {:.3f} of their bare loop (geometric mean "
                              "of {}), least {:.3f}",
                              geometric_mean(of_xsimd), of_xsimd.size(), least(of_xsimd)));
    if (!of_bandwidth.empty())
      report.note(
          "of bandwidth", geometric_mean(of_bandwidth),
          fmt::format("bound by memory: {:.3f} of the bandwidth (geometric mean of {}), "
                      "least {:.3f}",
                      geometric_mean(of_bandwidth), of_bandwidth.size(), least(of_bandwidth)));
  }
};

void measure_formulas(Context& context, std::int64_t n) {
  const Streams streams(n, context.threads);
  std::vector<ebb::Tensor> x;
  for (int i = 0; i < 4; ++i) x.push_back(positive_numbers({n}));
  std::vector<Column> names = columns("formula");
  names.push_back({"of xsimd", 3});
  context.report.begin_table(fmt::format("formulas, {:.0e} elements", static_cast<double>(n)),
                             names);
  Summary summary;
  for (const Formula& formula : formulas()) {
    if (!asked_for(context, formula.name)) continue;
    const Pinned pinned = pin_own_threads(context.threads);
    const bool one = formula.inputs == 1;
    std::vector<Way> ways = {way(formula.name, [&] { keep(run(formula, x)); }),
                             one ? streams.copy() : streams.add()};
    const MathLoops::Loop function = own_function(formula.name);
    if (function) ways.push_back(streams.function(function));
    const std::vector<Timing> times = measure(ways, context.effort);
    const double bandwidth =
        (one ? 8e-9 : 12e-9) * static_cast<double>(n) / streams.seconds(times[1]);
    std::vector<Cell> line =
        cells(context, formula.name, n, 4 * (formula.inputs + 1), times[0], bandwidth);
    const double of_xsimd = function ? streams.seconds(times[2]) / times[0].minimum : none;
    if (function) summary.of_xsimd.push_back(of_xsimd);
    if (formula.cheap) summary.of_bandwidth.push_back(std::get<double>(line.back()));
    line.emplace_back(of_xsimd);
    context.report.add(line);
  }
  summary.report(context.report);
}

void measure_functions(Context& context, std::int64_t n) {
  const Streams streams(n, context.threads);
  context.report.begin_table(fmt::format("functions, {:.0e} elements", static_cast<double>(n)),
                             columns("function"));
  for (const ArrayFunction& function : array_functions(n)) {
    if (!asked_for(context, function.name)) continue;
    const Pinned pinned = pin_own_threads(context.threads);
    const bool reads = function.bytes == 4;
    const std::vector<Timing> times =
        measure({way(function.name, function.call), reads ? streams.read() : streams.copy()},
                context.effort);
    const double bandwidth =
        (reads ? 4e-9 : 8e-9) * static_cast<double>(n) / streams.seconds(times[1]);
    context.report.add(cells(context, function.name, n, function.bytes, times[0], bandwidth));
  }
}

}  // namespace

void run_elementwise(Context& context) {
  peak(context);  // measured before the tables begin
  std::vector<std::int64_t> sizes = {1'000, 100'000, 10'000'000};
  if (context.options.quick) sizes.pop_back();
  for (std::int64_t n : sizes) measure_formulas(context, n);
  for (std::int64_t n : sizes) measure_functions(context, n);
}

}  // namespace ebb::tools::benchmark
