// A peer computes matrix products, and perhaps convolutions, with another library. Each is a
// program of its own, so that no library's threads meet another's: the product that it is asked
// for, the numbers in it, which every program makes alike, and what its source tells peer.cpp,
// which talks to tools/bench.
#pragma once

#include <array>
#include <cstdint>
#include <functional>

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
  std::array<std::int64_t, 3> counts() const { return {m * k, k * n, m * n}; }  // of a, b and c
  std::size_t result() const { return 2; }                                      // which of them
  std::int64_t rows() const { return m; }                                       // of the result
  Strides a() const { return a_transposed ? Strides{1, m} : Strides{k, 1}; }
  Strides b() const { return b_transposed ? Strides{1, k} : Strides{n, 1}; }
};

// One of the products of a convolution of x [batch, in, width, width] with w [out, in, kernel,
// kernel] to y, all in this layout: y from x and w (0), x from y and w (1), w from x and y (2).
struct ConvolutionShape {
  std::int64_t batch, in, out, width, kernel, stride, padding;
  int product = 0;

  std::int64_t across() const { return (width + 2 * padding - kernel) / stride + 1; }  // y's width
  std::array<std::int64_t, 3> counts() const {  // of x, w and y
    return {batch * in * width * width, out * in * kernel * kernel,
            batch * out * across() * across()};
  }
  std::size_t result() const { return product == 0 ? 2 : product == 1 ? 0 : 1; }  // which of them
  std::int64_t rows() const { return 1; }
  double flops() const {
    return 2.0 * static_cast<double>(counts()[2]) * static_cast<double>(counts()[1] / out);
  }
};

// Numbers in [-1, 1) that look random and are always the same.
inline void fill(float* x, std::int64_t n, std::uint32_t seed) {
  for (std::int64_t i = 0; i < n; ++i) {
    seed = seed * 1664525u + 1013904223u;  // Numerical Recipes; the high bits are good
    x[i] = static_cast<float>(seed >> 8) * 0x1p-23F - 1;
  }
}
inline constexpr std::uint32_t seeds[] = {1, 2, 3};  // of the three arrays

// A number that tells a wrong result from a right one.
template <class Shape>
double check_sum(const Shape& shape, const float* result) {
  const std::int64_t rows = shape.rows(), columns = shape.counts()[shape.result()] / rows;
  double sum = 0;
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < columns; ++j)
      sum += static_cast<double>(*result++) * static_cast<double>((3 * i + j) % 7 - 3);
  return sum;
}

const char* peer_name();

// What computes the product once. Called when a shape is new, outside the time that counts.
std::function<void()> peer_prepare(const ProductShape& shape, float* a, float* b, float* c);
// The same for a convolution; a peer may leave it out.
std::function<void()> peer_prepare(const ConvolutionShape& shape, float* x, float* w, float* y);

}  // namespace ebb::tools::benchmark
