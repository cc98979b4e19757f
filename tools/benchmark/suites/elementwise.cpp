// Every formula, and the functions that move or reduce arrays, against the bandwidth of memory at
// the same size and xsimd's own functions.
#include <algorithm>
#include <tools/benchmark/machine/streams.hpp>
#include <tools/benchmark/suites/array_functions.hpp>
#include <tools/benchmark/suites/peak.hpp>

namespace ebb::tools::benchmark {
namespace {

// xsimd's own function for a formula, or null.
const Loop* own_function(const std::string& formula) {
  for (const Loop& loop : loops_in_use().functions)
    if (loop.name == formula) return &loop;
  return nullptr;
}

void note(Report& report, const char* key, const char* words, const Ratios& ratios) {
  if (!ratios.all.empty())
    report.note(key, ratios.mean(),
                fmt::format("{} (geometric mean of {}), least {:.3f}",
                            fmt::format(fmt::runtime(words), ratios.mean()), ratios.all.size(),
                            ratios.least));
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
    const Loop* const own = formulas ? own_function(function.name) : nullptr;
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
  note(context.report, "of xsimd", "xsimd's own functions: {:.3f} of their bare loop", of_xsimd);
  note(context.report, "of bandwidth", "bound by memory: {:.3f} of the bandwidth", of_bandwidth);
}

}  // namespace

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
