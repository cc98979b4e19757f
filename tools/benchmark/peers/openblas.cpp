// OpenBLAS 0.3.21 knows no AMD processor with AVX-512 and would take the kernels for AVX2: the ones
// to use are named here, half the speed depends on it.
#include <cblas.h>

#include <tools/benchmark/peers/peer.hpp>

namespace ebb::tools::benchmark {

const char* peer_name() { return "OpenBLAS"; }

std::map<std::string, std::string> peer_environment(const std::string& isa, int threads) {
  const char* const core = isa == "avx512" ? "SkylakeX" : isa == "avx2" ? "Haswell" : "Nehalem";
  return {{"OPENBLAS_CORETYPE", core}, {"OPENBLAS_NUM_THREADS", std::to_string(threads)}};
}

std::function<void()> peer_prepare(const ProductShape& shape, float* a, float* b, float* c) {
  const int m = static_cast<int>(shape.m), n = static_cast<int>(shape.n),
            k = static_cast<int>(shape.k);
  return [=] {
    cblas_sgemm(CblasRowMajor, shape.a_transposed ? CblasTrans : CblasNoTrans,
                shape.b_transposed ? CblasTrans : CblasNoTrans, m, n, k, 1, a,
                shape.a_transposed ? m : k, b, shape.b_transposed ? k : n, 0, c, n);
  };
}

}  // namespace ebb::tools::benchmark
