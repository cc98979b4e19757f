// A suite of tools/bench as --quick runs it, in this process: what it would write as JSON.
#pragma once

#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tools/benchmark/suites/suite.hpp>

inline nlohmann::ordered_json run_quickly(void (*suite)(ebb::tools::benchmark::Context&),
                                          ebb::tools::benchmark::Options options = {}) {
  options.quick = true;
  ebb::tools::benchmark::Report report(nullptr);
  report.enter("suite", ebb::kernels_in_use().name, ebb::threads());
  ebb::tools::benchmark::Context context = {
      options, {.rounds = 2, .seconds = 2e-5}, ebb::kernels_in_use().name, ebb::threads(), report};
  suite(context);
  return report.json().at("tables");
}
