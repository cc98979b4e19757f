// What tools/bench was asked to do.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace ebb::tools::benchmark {

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

}  // namespace ebb::tools::benchmark
