#include <stdlib.h>

#include <algorithm>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/makers.hpp>
#include <tools/benchmark/peers/peer.hpp>
#include <tools/benchmark/suites/suite.hpp>

namespace ebb::tools::benchmark {

const std::vector<Suite>& suites() {
  static const std::vector<Suite> all = {
      {"peak", "multiply-adds and bytes that the machine can do per second", run_peak},
      {"gemm", "matrix products, against the naive loop and other libraries", run_gemm},
      {"convolution", "products of convolutions, against oneDNN", run_convolution},
      {"elementwise", "formulas, reductions, copies, random numbers, against memory and xsimd",
       run_elementwise},
      {"ladder", "a matrix product, from three loops to all threads", run_ladder, true, true},
      {"roofline", "work against the roof that its bytes and operations set", run_roofline, true,
       true},
      {"tape", "what recording costs: an operation, and a training step against one by hand",
       run_tape},
      {"train", "seconds per epoch: tools/train against by hand, the roof, other frameworks",
       run_train},
      {"steps", "steps of wider models: convolutions, draws, recurrence, attention", run_steps},
      {"memory", "bytes of a training step, and what it asks the system for", run_memory},
      {"build", "compiling a user's program, sizes, starting tools/train", run_build, false, true},
  };
  return all;
}

Tensor numbers(const Shape& shape, std::uint32_t seed) {
  Tensor x = empty(shape);
  fill(x.writable_data<float>(), x.count(), seed);
  return x;
}

void run_suites(const Options& options, Report& report) {
  if (!options.isas.empty()) setenv("EBB_ISA", options.isas[0].c_str(), 1);
  std::vector<int> counts = options.threads;
  if (counts.empty()) {
    counts = {1};
    if (ebb::threads() > 1) counts.push_back(ebb::threads());
  }
  const int most = *std::max_element(counts.begin(), counts.end());
  for (const std::string& name : options.suites)
    for (const Suite& suite : suites())
      for (int count : counts) {
        if (suite.name != name || (suite.once && count != most)) continue;
        set_threads(count);
        Effort effort;
        if (count > 1) effort.warm_up = 0.006;  // so long a thread that slept may take to join in
        if (options.quick) effort.rounds = 2, effort.seconds = effort.warm_up = 2e-5;
        Context context = {options, effort, kernels_in_use().name, count, report};
        report.enter(name, context.isa, count);
        suite.run(context);
      }
}

}  // namespace ebb::tools::benchmark
