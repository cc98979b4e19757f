// The suites of tools/bench. A suite is one source with one function that measures and reports:
//
//     void run_copies(Context& context) {
//       context.report.begin_table("copies", {"elements", "plain us", "ratio"});
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

#include <fmt/format.h>

#include <optional>
#include <string>
#include <tensor/tensor.hpp>
#include <tools/benchmark/measure.hpp>
#include <tools/benchmark/report.hpp>
#include <tools/common/exit_codes.hpp>
#include <vector>

namespace ebb::tools::benchmark {

// What tools/bench was asked to do.
struct Options {
  std::vector<std::string> suites;      // in the order of suites()
  std::vector<int> threads;             // default: 1, and the number of cores where that is more
  std::vector<std::string> isas;        // default: the best that the machine has
  std::vector<std::string> frameworks;  // Python programs for the twins in `train`
  std::string twins;                    // the folder of their scripts; empty: ../shared/peers
  std::string json, svg;                // files to write; empty: none
  std::string only;                     // measure lines whose name holds this (gemm, elementwise)
  bool quick = false;                   // a look whether all runs, not a measurement
};

// Throws UsageError. Nothing where --help or --version was asked for, and printed.
std::optional<Options> parse_options(int count, char** arguments);

struct Context {
  const Options& options;
  Effort effort;  // small where options.quick; a quick suite also leaves out large sizes
  std::string isa;
  int threads;
  Report& report;
};

using Run = void(Context& context);

struct Suite {
  const char* name;
  const char* summary;  // for --help
  Run* run;
  bool draws = false;  // has a plot for --svg
  bool once = false;   // runs for the largest number of threads alone
};

// In the order in which they run when none is named.
const std::vector<Suite>& suites();

// Every suite asked for, once per number of threads, on the first instruction set asked for: Ebb
// chooses its kernels once, so that each further one takes a process of its own.
void run_suites(const Options& options, Report& report);

// Numbers in [-1, 1) that look random and are always the same: those of the peers' arrays.
Tensor numbers(const Shape& shape, std::uint32_t seed = 1);

Run run_peak, run_gemm, run_convolution, run_elementwise, run_ladder, run_roofline, run_tape,
    run_train, run_steps, run_memory, run_build;

}  // namespace ebb::tools::benchmark
