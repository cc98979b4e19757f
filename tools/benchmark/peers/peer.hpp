// A peer computes matrix products, and perhaps convolutions, with another library. Each is a
// program of its own, so that no library's threads meet another's: the product that it is asked
// for, the numbers in it, which every program makes alike, and what its source tells peer.cpp,
// which talks to tools/bench.
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

// One of the products of a convolution of x [batch, in, width, width] with w [out, in, kernel,
// kernel] to y, all in this layout: y from x and w (0), x from y and w (1), w from x and y (2).
struct ConvolutionShape {
  std::int64_t batch, in, out, width, kernel, stride, padding;
  int product = 0;

  std::int64_t across() const { return (width + 2 * padding - kernel) / stride + 1; }  // y's width
  std::int64_t x_count() const { return batch * in * width * width; }
  std::int64_t w_count() const { return out * in * kernel * kernel; }
  std::int64_t y_count() const { return batch * out * across() * across(); }
  double flops() const {
    return 2.0 * static_cast<double>(y_count()) * static_cast<double>(w_count() / out);
  }
};

// Numbers in [-1, 1) that look random and are always the same.
inline void fill(float* x, std::int64_t n, std::uint32_t seed) {
  for (std::int64_t i = 0; i < n; ++i) {
    seed = seed * 1664525u + 1013904223u;  // Numerical Recipes; the high bits are good
    x[i] = static_cast<float>(seed >> 8) * 0x1p-23F - 1;
  }
}
inline constexpr std::uint32_t seed_of_a = 1, seed_of_b = 2, seed_of_c = 3;

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

// The same for a convolution; a peer may leave out both.
void peer_prepare(const ConvolutionShape& shape, float* x, float* w, float* y);
void peer_convolve();

}  // namespace ebb::tools::benchmark
