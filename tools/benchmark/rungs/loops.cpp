#include <cstddef>
#include <cstring>
#include <stdexcept>
#include <tensor/machine/isa.hpp>
#include <tools/benchmark/rungs/loops.hpp>

namespace ebb::tools::benchmark {

#if defined(__x86_64__)
namespace avx512 {
extern const Loops loops;
extern const MathLoops math_loops;
}  // namespace avx512
namespace avx2 {
extern const Loops loops;
extern const MathLoops math_loops;
}  // namespace avx2
namespace sse2 {
extern const Loops loops;
extern const MathLoops math_loops;
}  // namespace sse2
#else
namespace neon {
extern const Loops loops;
extern const MathLoops math_loops;
}  // namespace neon
#endif

namespace {

template <class Set, std::size_t N>
const Set& in_use(const Set* const (&all)[N]) {
  for (const Set* loops : all)
    if (std::strcmp(loops->isa, ebb::kernels_in_use().name) == 0) return *loops;
  throw std::runtime_error("no loops for the kernels in use");
}

}  // namespace

#if defined(__x86_64__)
const Loops& loops_in_use() { return in_use({&avx512::loops, &avx2::loops, &sse2::loops}); }
const MathLoops& math_loops_in_use() {
  return in_use({&avx512::math_loops, &avx2::math_loops, &sse2::math_loops});
}
#else
const Loops& loops_in_use() { return in_use({&neon::loops}); }
const MathLoops& math_loops_in_use() { return in_use({&neon::math_loops}); }
#endif

}  // namespace ebb::tools::benchmark
