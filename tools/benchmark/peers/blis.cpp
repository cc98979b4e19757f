#include <blis.h>

#include <tools/benchmark/peers/peer.hpp>

namespace ebb::tools::benchmark {

const char* peer_name() { return "BLIS"; }

std::function<void()> peer_prepare(const ProductShape& shape, float* a, float* b, float* c) {
  return [=] {
    float one = 1, zero = 0;
    bli_sgemm(BLIS_NO_TRANSPOSE, BLIS_NO_TRANSPOSE, shape.m, shape.n, shape.k, &one, a,
              shape.a().row, shape.a().column, b, shape.b().row, shape.b().column, &zero, c,
              shape.n, 1);
  };
}

}  // namespace ebb::tools::benchmark
