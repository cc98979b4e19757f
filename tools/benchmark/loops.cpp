#include <cstring>
#include <stdexcept>
#include <tensor/isa.hpp>
#include <tools/benchmark/loops.hpp>

namespace bench {

#if defined(__x86_64__)
namespace avx512 {
extern const Loops loops;
}
namespace avx2 {
extern const Loops loops;
}
namespace sse2 {
extern const Loops loops;
}
#else
namespace neon {
extern const Loops loops;
}
#endif

const Loops& loops_in_use() {
#if defined(__x86_64__)
  const Loops* const all[] = {&avx512::loops, &avx2::loops, &sse2::loops};
#else
  const Loops* const all[] = {&neon::loops};
#endif
  for (const Loops* loops : all)
    if (std::strcmp(loops->isa, ebb::kernels_in_use().name) == 0) return *loops;
  throw std::runtime_error("no loops for the kernels in use");
}

}  // namespace bench
