#include <cstring>
#include <stdexcept>
#include <tensor/machine/isa.hpp>
#include <tools/benchmark/rungs/rungs.hpp>

namespace ebb::tools::benchmark {

#if defined(__x86_64__)
namespace avx512 {
extern const Rungs rungs;
}
namespace avx2 {
extern const Rungs rungs;
}
namespace sse2 {
extern const Rungs rungs;
}
#else
namespace neon {
extern const Rungs rungs;
}
#endif

const Rungs& rungs_in_use() {
#if defined(__x86_64__)
  const Rungs* const all[] = {&avx512::rungs, &avx2::rungs, &sse2::rungs};
#else
  const Rungs* const all[] = {&neon::rungs};
#endif
  for (const Rungs* rungs : all)
    if (std::strcmp(rungs->isa, ebb::kernels_in_use().name) == 0) return *rungs;
  throw std::runtime_error("no rungs for the kernels in use");
}

}  // namespace ebb::tools::benchmark
