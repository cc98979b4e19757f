// How a matrix product becomes tasks for threads: what stands between the public functions and the
// kernels.
#pragma once

#include <cstdint>
#include <tensor/dtype.hpp>

namespace ebb {

struct MatrixView {
  const void* data;
  std::int64_t row_stride, column_stride;  // in elements; any, 0 and negative included
};

// c = a b + bias for a [m, k], b [k, n] and bias [n] or nullptr, float32 or float64. The rows of c
// are gapless and lie c_row_stride elements apart; c may overlap nothing else. k = 0 gives the bias
// or 0. Each element is one chain of multiply-adds in the order of k, or where a and b lie gapless
// along k perhaps a vector of such chains, added up in a fixed order; the bias is added last. The
// same bits for any number of threads.
void matmul_blocks(DType dtype, std::int64_t m, std::int64_t n, std::int64_t k, MatrixView a,
                   MatrixView b, const void* bias, void* c, std::int64_t c_row_stride);

}  // namespace ebb
