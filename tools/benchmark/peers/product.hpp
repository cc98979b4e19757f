// The product that a peer is asked for, and the numbers in it: every program makes the same ones.
#pragma once

#include <cstdint>
#include <vector>

namespace ebb::tools::benchmark {

// c = a b for a [m, k] and b [k, n], row-major float32; a transposed operand lies in memory as its
// transpose does: aᵀ is a [k, m] array.
struct ProductShape {
  std::int64_t m, n, k;
  bool a_transposed = false, b_transposed = false;

  double flops() const {
    return 2.0 * static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k);
  }
};

// Numbers in [-1, 1) that look random and are always the same.
inline void fill(float* x, std::int64_t n, std::uint32_t seed) {
  for (std::int64_t i = 0; i < n; ++i) {
    seed = seed * 1664525u + 1013904223u;
    x[i] = static_cast<float>(seed >> 8) * 0x1p-23F - 1;
  }
}
inline constexpr std::uint32_t seed_of_a = 1, seed_of_b = 2;

// A number that tells a wrong product from a right one.
inline double check_sum(const float* c, std::int64_t m, std::int64_t n) {
  double sum = 0;
  for (std::int64_t i = 0; i < m; ++i)
    for (std::int64_t j = 0; j < n; ++j)
      sum += static_cast<double>(c[i * n + j]) * static_cast<double>((3 * i + j) % 7 - 3);
  return sum;
}

}  // namespace ebb::tools::benchmark
