// The suites of tools/bench. A suite is one source with one function that measures and reports:
//
//     void run_copies(Context& context) {
//       context.report.begin_table("copies", {{"elements", 0, 12}, {"plain us"}, {"ratio"}});
//       for (std::int64_t n : {1'000, 100'000}) {
//         const std::vector<Timing> times = measure({way("plain", …), way("other", …)},
//                                                   context.effort);
//         context.report.add({n, 1e6 * times[0].minimum, times[0].minimum / times[1].minimum});
//       }
//     }
//
// and a line in suites(). The program calls it once per instruction set and number of threads, with
// ebb::set_threads and EBB_ISA set already. It throws what it cannot do: UsageError for what the
// command line got wrong (exit 2), anything else for a failure on the way (exit 1).
#pragma once

#include <string>
#include <tools/benchmark/measure.hpp>
#include <tools/benchmark/options.hpp>
#include <tools/benchmark/report.hpp>
#include <vector>

namespace ebb::tools::benchmark {

struct Context {
  const Options& options;
  Effort effort;  // small where options.quick; a quick suite also leaves out large sizes
  std::string isa;
  int threads;
  Report& report;
};

struct Suite {
  const char* name;
  const char* summary;  // for --help
  void (*run)(Context&);
  bool draws = false;  // has a plot for --svg
  bool once = false;   // runs for the largest number of threads alone
};

// In the order in which they run when none is named.
const std::vector<Suite>& suites();

// Every suite asked for, once per instruction set and number of threads. Each instruction set runs
// in a process of its own where there are several: Ebb chooses its kernels once.
void run_suites(const Options& options, Report& report);

}  // namespace ebb::tools::benchmark
