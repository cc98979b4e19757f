// A matrix product, four times. Compiled once per instruction set, with the compiler's own vectors
// switched off, so that each rung shows one idea. All of them multiply the same numbers and add
// each element of c in the same order, p = 0, 1, 2, …; what changes is when.
//
//     c[i, j] = sum over p of a[i, p] b[p, j]         c is m × n, a is m × k, b is k × n
#include <tools/benchmark/rungs/simd.hpp>

namespace ebb::tools::benchmark {
namespace {

// Rung 1, naive: the definition. One element of c after the other, as a row times a column. The
// column is the trouble: its elements lie n floats apart, so each step fetches a cache line of 16
// floats and uses one of them.
void naive(float* c, const float* a, const float* b, std::int64_t m, std::int64_t n,
           std::int64_t k) {
  for (std::int64_t i = 0; i < m; ++i)
    for (std::int64_t j = 0; j < n; ++j) {
      float sum = 0;
      for (std::int64_t p = 0; p < k; ++p) sum += a[i * k + p] * b[p * n + j];
      c[i * n + j] = sum;
    }
}

// Rung 2, reordered: the loop over j goes innermost, and everything is read along its rows. Not one
// operation is saved, but memory now delivers whole lines, in an order that it can foresee.
void reordered(float* c, const float* a, const float* b, std::int64_t m, std::int64_t n,
               std::int64_t k) {
  for (std::int64_t i = 0; i < m; ++i) {
    for (std::int64_t j = 0; j < n; ++j) c[i * n + j] = 0;
    for (std::int64_t p = 0; p < k; ++p)
      for (std::int64_t j = 0; j < n; ++j) c[i * n + j] += a[i * k + p] * b[p * n + j];
  }
}

// Rung 3, SIMD: neighbors in a row are independent of each other, so one instruction can compute a
// whole vector of them: 4, 8 or 16 floats. But look at the innermost line: for one multiply-add it
// loads a vector of b, loads one of c and stores it again. The core now waits for its cache.
void simd(float* c, const float* a, const float* b, std::int64_t m, std::int64_t n,
          std::int64_t k) {
  for (std::int64_t i = 0; i < m; ++i) {
    for (std::int64_t j = 0; j < n; ++j) c[i * n + j] = 0;
    for (std::int64_t p = 0; p < k; ++p) {
      const Vector left(a[i * k + p]);
      for (std::int64_t j = 0; j < n; j += width) {
        float* const sum = c + i * n + j;
        const Vector right = Vector::load_unaligned(b + p * n + j);
        (Vector::load_unaligned(sum) + left * right).store_unaligned(sum);
      }
    }
  }
}

// Rung 4, register tile: a tile of c, several rows by two vectors, stays in registers while p runs,
// and c is written once. A step loads two vectors of b and one element of a per row, and each of
// them serves more than one multiply-add. There must be many sums also because an addition has to
// wait some cycles for the one before it: with a single sum this loop is slower than rung 3.
#if defined(__AVX512F__) || defined(__aarch64__)
constexpr int rows = 8;  // 16 sums, 2 vectors of b and one of a, in 32 registers
#else
constexpr int rows = 4;  // 8 sums, in 16 registers
#endif

void register_tile(float* c, const float* a, const float* b, std::int64_t m, std::int64_t n,
                   std::int64_t k) {
  for (std::int64_t j = 0; j < n; j += 2 * width)  // the strip of b stays in the cache for every i
    for (std::int64_t i = 0; i < m; i += rows) {
      Vector sums[rows][2];
#pragma GCC unroll 8
      for (int row = 0; row < rows; ++row) sums[row][0] = sums[row][1] = Vector(0.0F);
      for (std::int64_t p = 0; p < k; ++p) {
        const Vector right[2] = {Vector::load_unaligned(b + p * n + j),
                                 Vector::load_unaligned(b + p * n + j + width)};
#pragma GCC unroll 8
        for (int row = 0; row < rows; ++row) {
          const Vector left(a[(i + row) * k + p]);
          sums[row][0] = sums[row][0] + left * right[0];
          sums[row][1] = sums[row][1] + left * right[1];
        }
      }
#pragma GCC unroll 8
      for (int row = 0; row < rows; ++row) {
        sums[row][0].store_unaligned(c + (i + row) * n + j);
        sums[row][1].store_unaligned(c + (i + row) * n + j + width);
      }
    }
}

// The rungs above are the library's own: any size, tiles of every height, packing, then threads.

}  // namespace

extern const Rungs BENCH_JOIN(rungs_, EBB_KERNELS);
constexpr Rungs BENCH_JOIN(rungs_, EBB_KERNELS) = {
    rows,
    2 * width,
    {{"naive", "row times column", naive},
     {"reordered", "along the rows of memory", reordered},
     {"SIMD", "a vector at a time", simd},
     {"register tile", "sums stay in registers", register_tile}}};

}  // namespace ebb::tools::benchmark
