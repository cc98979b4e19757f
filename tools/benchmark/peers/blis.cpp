// BLIS 0.9 takes its kernels for AVX2 on AMD processors with AVX-512; BLIS_ARCH_TYPE counts its
// configurations in the order of arch_t.
#include <blis.h>

#include <tools/benchmark/peers/peer.hpp>

namespace ebb::tools::benchmark {

const char* peer_name() { return "BLIS"; }

std::map<std::string, std::string> peer_environment(const std::string& isa, int threads) {
  const arch_t avx2 = __builtin_cpu_is("amd") ? BLIS_ARCH_ZEN3 : BLIS_ARCH_HASWELL;
  const arch_t arch = isa == "avx512" ? BLIS_ARCH_SKX : isa == "avx2" ? avx2 : BLIS_ARCH_PENRYN;
  return {{"BLIS_ARCH_TYPE", std::to_string(static_cast<int>(arch))},
          {"BLIS_NUM_THREADS", std::to_string(threads)}};
}

std::function<void()> peer_prepare(const ProductShape& shape, float* a, float* b, float* c) {
  return [=] {
    float one = 1, zero = 0;
    bli_sgemm(BLIS_NO_TRANSPOSE, BLIS_NO_TRANSPOSE, shape.m, shape.n, shape.k, &one, a,
              shape.a().row, shape.a().column, b, shape.b().row, shape.b().column, &zero, c,
              shape.n, 1);
  };
}

}  // namespace ebb::tools::benchmark
