#include <cblas.h>

#include <tools/benchmark/peers/peer.hpp>

namespace ebb::tools::benchmark {

const char* peer_name() { return "OpenBLAS"; }

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
