// A peer computes matrix products with another library. Each is a program of its own, so that no
// library's threads meet another's: the product that it is asked for, the numbers in it, which
// every program makes alike, and what its source tells peer.cpp, which talks to tools/bench.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace ebb::tools::benchmark {

// How far apart a matrix's elements lie in memory.
struct Strides {
  std::int64_t row, column;
};

// c = a b for a [m, k] and b [k, n], row-major float32; a transposed operand lies in memory as its
// transpose does: aᵀ is a [k, m] array.
struct ProductShape {
  std::int64_t m, n, k;
  bool a_transposed = false, b_transposed = false;

  double flops() const {
    return 2.0 * static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k);
  }
  Strides a() const { return a_transposed ? Strides{1, m} : Strides{k, 1}; }
  Strides b() const { return b_transposed ? Strides{1, k} : Strides{n, 1}; }
};

// Numbers in [-1, 1) that look random and are always the same.
inline void fill(float* x, std::int64_t n, std::uint32_t seed) {
  for (std::int64_t i = 0; i < n; ++i) {
    seed = seed * 1664525u + 1013904223u;  // Numerical Recipes; the high bits are good
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

const char* peer_name();

// Variables that must stand in the environment before the library is loaded: the number of threads,
// and the kernels for an instruction set ("sse2", "avx2", "avx512").
std::map<std::string, std::string> peer_environment(const std::string& isa, int threads);

// Called when a shape is new, outside the time that counts. A peer may leave it out.
void peer_prepare(const ProductShape& shape, const float* a, const float* b, float* c);

void peer_multiply(const ProductShape& shape, const float* a, const float* b, float* c);

}  // namespace ebb::tools::benchmark
