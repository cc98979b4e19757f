#include <cstring>
#include <stdexcept>
#include <tensor/machine/isa.hpp>
#include <tools/benchmark/rungs/loops.hpp>

namespace ebb::tools::benchmark {

#if defined(__x86_64__)
extern const Loops loops_avx512, loops_avx2, loops_sse2;
static const Loops* const all[] = {&loops_avx512, &loops_avx2, &loops_sse2};
#else
extern const Loops loops_neon;
static const Loops* const all[] = {&loops_neon};
#endif

const Loops& loops_in_use() {
  for (const Loops* loops : all)
    if (std::strcmp(loops->isa, kernels_in_use().name) == 0) return *loops;
  throw std::runtime_error("no loops for the kernels in use");
}

}  // namespace ebb::tools::benchmark
