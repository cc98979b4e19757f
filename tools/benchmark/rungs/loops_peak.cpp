// Multiply-adds and moves: the roof. Compiled once per instruction set.
#include <tools/benchmark/rungs/loops_simd.hpp>

namespace ebb::tools::benchmark {
namespace {

// So many chains that the latency of one is hidden behind the others, and few enough for the 16
// registers of the older instruction sets.
constexpr int chains = 12;
constexpr int steps = 16;

float fma_loop(std::int64_t rounds) {
  volatile float half = 0.5F, one = 1;  // so that no compiler knows the result
  const Vector factor(half), term(one);
  Vector sums[chains];
  for (int i = 0; i < chains; ++i) sums[i] = Vector(static_cast<float>(i));
  for (std::int64_t round = 0; round < rounds; ++round)
    for (int step = 0; step < steps; ++step)
#pragma GCC unroll 12
      for (int i = 0; i < chains; ++i) sums[i] = sums[i] * factor + term;
  Vector all = sums[0];
  for (int i = 1; i < chains; ++i) all = all + sums[i];
  return all.get(0);
}

float read_loop(const float* x, std::int64_t n) {
  constexpr int loads = 4, parts = 8;  // chains of sums, and n is a multiple of 4 vectors
  Vector sums[parts];
  for (int i = 0; i < parts; ++i) sums[i] = Vector(0.0F);
  std::int64_t i = 0;
  for (; i + parts * width <= n; i += parts * width)
#pragma GCC unroll 8
    for (int j = 0; j < parts; ++j) sums[j] = sums[j] + Vector::load_aligned(x + i + j * width);
  if (i < n)
    for (int j = 0; j < loads; ++j) sums[j] = sums[j] + Vector::load_aligned(x + i + j * width);
  Vector all = sums[0];
  for (int j = 1; j < parts; ++j) all = all + sums[j];
  return all.get(0);
}

void copy_loop(float* y, const float* x, std::int64_t n) {
  for (std::int64_t i = 0; i < n; i += 4 * width)
#pragma GCC unroll 4
    for (int j = 0; j < 4; ++j)
      Vector::load_aligned(x + i + j * width).store_aligned(y + i + j * width);
}

void add_loop(float* y, const float* a, const float* b, std::int64_t n) {
  for (std::int64_t i = 0; i < n; i += 4 * width)
#pragma GCC unroll 4
    for (int j = 0; j < 4; ++j) {
      const std::int64_t at = i + j * width;
      (Vector::load_aligned(a + at) + Vector::load_aligned(b + at)).store_aligned(y + at);
    }
}

void update_loop(float* x, float* y, float* z, const float* a, std::int64_t n) {
  for (std::int64_t i = 0; i < n; i += width) {
    const Vector more = Vector::load_aligned(a + i);
    for (float* each : {x + i, y + i, z + i})
      (Vector::load_aligned(each) + more).store_aligned(each);
  }
}

}  // namespace

namespace EBB_KERNELS {
extern const Loops loops;
constexpr Loops loops = {BENCH_NAME(EBB_KERNELS),
                         fma_loop,
                         chains* steps* width,
                         read_loop,
                         copy_loop,
                         add_loop,
                         update_loop};
}  // namespace EBB_KERNELS

}  // namespace ebb::tools::benchmark
