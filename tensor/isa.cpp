#include <cstdlib>
#include <cstring>
#include <tensor/error.hpp>
#include <tensor/isa.hpp>

namespace ebb::kernels {

#define EBB_DECLARE_TABLE(isa)                                                            \
  namespace isa {                                                                         \
  extern const ElementwiseKernels elementwise;                                            \
  extern const ReduceKernels reduce;                                                      \
  extern const MatmulKernels matmul;                                                      \
  extern const RandomKernels random;                                                      \
  extern const OptimizerKernels optimizer;                                                \
  extern const ByteKernels bytes;                                                         \
  }                                                                                       \
  constexpr Table isa##_table = {#isa,        isa::elementwise, isa::reduce, isa::matmul, \
                                 isa::random, isa::optimizer,   isa::bytes}

#if defined(__x86_64__)
EBB_DECLARE_TABLE(avx512);
EBB_DECLARE_TABLE(avx2);
EBB_DECLARE_TABLE(sse2);
#else
EBB_DECLARE_TABLE(neon);
#endif

}  // namespace ebb::kernels

namespace ebb {
namespace {

struct Candidate {
  const kernels::Table& table;
  bool runs_here;
};

// __builtin_cpu_supports also asks whether the operating system saves the wide registers.
const kernels::Table& choose() {
#if defined(__x86_64__)
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512cd") &&
                      __builtin_cpu_supports("avx512vl");
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const Candidate candidates[] = {
      {kernels::avx512_table, avx512}, {kernels::avx2_table, avx2}, {kernels::sse2_table, true}};
#else
  const Candidate candidates[] = {{kernels::neon_table, true}};
#endif
  const char* wanted = std::getenv("EBB_ISA");
  std::string known;
  for (const Candidate& candidate : candidates) {
    if (wanted == nullptr || *wanted == '\0') {
      if (candidate.runs_here) return candidate.table;
    } else if (std::strcmp(wanted, candidate.table.name) == 0) {
      if (candidate.runs_here) return candidate.table;
      throw Error(text("EBB_ISA: this machine lacks ", wanted, "; try without EBB_ISA"));
    }
    known += text(known.empty() ? "" : ", ", candidate.table.name);
  }
  throw Error(text("EBB_ISA: unknown instruction set '", wanted, "'; try one of ", known));
}

}  // namespace

const kernels::Table& kernels_in_use() {
  static const kernels::Table& table = choose();
  return table;
}

}  // namespace ebb
