// A suite of tools/bench as --quick runs it, in this process: what it would write as JSON.
#pragma once

#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tools/benchmark/suites.hpp>

inline nlohmann::ordered_json run_quickly(void (*suite)(bench::Context&),
                                          bench::Options options = {}) {
  options.quick = true;
  bench::Report report(nullptr);
  report.enter("suite", ebb::kernels_in_use().name, ebb::threads());
  bench::Context context = {
      options, {.rounds = 2, .seconds = 2e-5}, ebb::kernels_in_use().name, ebb::threads(), report};
  suite(context);
  return report.json().at("tables");
}
