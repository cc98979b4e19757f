// The function of each suite, in the order of tools/README.md.
#pragma once

#include <tools/benchmark/suites/suite.hpp>

namespace ebb::tools::benchmark {

void run_peak(Context& context);
void run_gemm(Context& context);
void run_elementwise(Context& context);
void run_ladder(Context& context);
void run_roofline(Context& context);
void run_tape(Context& context);
void run_train(Context& context);
void run_memory(Context& context);
void run_build(Context& context);

}  // namespace ebb::tools::benchmark
