#include <algorithm>
#include <tensor/isa.hpp>
#include <tensor/matmul_blocks.hpp>
#include <tensor/parallel.hpp>
#include <tensor/storage.hpp>

namespace ebb {
namespace {

using kernels::MatmulBlock;
using Kernel = kernels::MatmulKernels::Type;

std::int64_t divide_up(std::int64_t n, std::int64_t by) { return (n + by - 1) / by; }

}  // namespace

void matmul_blocks(DType dtype, std::int64_t m, std::int64_t n, std::int64_t k, MatrixView a,
                   MatrixView b, const void* bias, void* c, std::int64_t c_row_stride) {
  if (m == 0 || n == 0) return;
  const Kernel& kernel = kernels_in_use().matmul.types[static_cast<int>(dtype)];
  const auto bytes = static_cast<std::int64_t>(size_of(dtype));
  const std::int64_t strips = divide_up(n, kernel.columns);
  const auto packed = allocate(static_cast<std::size_t>(strips * kernel.columns * k * bytes));
  char* const to = static_cast<char*>(packed->data());
  parallel_for(1, 1, [&](std::int64_t, std::int64_t) {
    for (std::int64_t strip = 0; strip < strips; ++strip) {
      const std::int64_t first = strip * kernel.columns;
      kernel.pack(to + first * k * bytes,
                  static_cast<const char*>(b.data) + first * b.column_stride * bytes, b.row_stride,
                  b.column_stride, k, std::min(kernel.columns, n - first));
    }
    kernel.multiply({m, n, k, a.data, a.row_stride, a.column_stride, false, to, 0, true, c,
                     c_row_stride, 1, false, bias, 0, 1});
  });
}

}  // namespace ebb
