#include <cstdlib>
#include <cstring>
#include <iterator>
#include <tensor/error.hpp>
#include <tensor/machine/isa.hpp>

namespace ebb::kernels {

#define EBB_DECLARE_TABLE(isa)                                                                \
  namespace isa {                                                                             \
  extern const ElementwiseKernels elementwise;                                                \
  extern const ReduceKernels reduce;                                                          \
  extern const SoftmaxKernels softmax;                                                        \
  extern const NormalizeKernels normalize;                                                    \
  extern const PoolKernels pool;                                                              \
  extern const CopyKernels copy;                                                              \
  extern const MatmulKernels matmul;                                                          \
  extern const RandomKernels random;                                                          \
  extern const UpdateKernels update;                                                          \
  extern const ByteKernels bytes;                                                             \
  extern const GateKernels gates;                                                             \
  extern const AttentionKernels attention;                                                    \
  extern const PatchKernels patches;                                                          \
  extern const PlaneKernels planes;                                                           \
  }                                                                                           \
  constexpr Table isa##_table = {#isa,           isa::elementwise, isa::reduce, isa::softmax, \
                                 isa::normalize, isa::pool,        isa::copy,   isa::matmul,  \
                                 isa::random,    isa::update,      isa::bytes,  isa::gates,   \
                                 isa::attention, isa::patches,     isa::planes}

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

// __builtin_cpu_supports also asks whether the operating system saves the wide registers.
const kernels::Table& choose() {
  using detail::Candidate;
#if defined(__x86_64__)
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512cd") &&
                      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma");
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const Candidate candidates[] = {
      {&kernels::avx512_table, avx512}, {&kernels::avx2_table, avx2}, {&kernels::sse2_table, true}};
#else
  const Candidate candidates[] = {{&kernels::neon_table, true}};
#endif
  return detail::choose_table(std::getenv("EBB_ISA"), candidates,
                              static_cast<int>(std::size(candidates)));
}

}  // namespace

const kernels::Table& detail::choose_table(const char* wanted, const Candidate* candidates,
                                           int count) {
  const bool any = wanted == nullptr || *wanted == '\0';
  std::string known;
  for (const Candidate* candidate = candidates; candidate != candidates + count; ++candidate) {
    const char* name = candidate->table->name;
    if (candidate->runs_here && (any || std::strcmp(wanted, name) == 0)) return *candidate->table;
    if (!any && std::strcmp(wanted, name) == 0)
      throw Error(text("EBB_ISA: this machine lacks ", wanted, "; try without EBB_ISA"));
    known += text(known.empty() ? "" : ", ", name);
  }
  throw Error(
      text("EBB_ISA: unknown instruction set '", any ? "" : wanted, "'; try one of ", known));
}

const kernels::Table& kernels_in_use() {
  static const kernels::Table& table = choose();
  return table;
}

}  // namespace ebb
