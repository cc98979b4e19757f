// A product of one row, c[j] = Σ a[p] b[p, j]. Included only by files that are compiled once per
// instruction set.
//
//         k                  n            A tile of one row would read b in a narrow column of two
//     a ┌───┐      ┌──────┬──────┬───┐    vectors, a new page at nearly every step. Here as many
//       └───┘  ×   │ b[p] │      │   │ k  vectors of c as the registers hold stand side by side, so
//                  └──────┴──────┴───┘    that b is read, or for a short k c is written, in long
//                                         stretches.
#pragma once

#include <tensor/kernels/simd.hpp>

namespace ebb::kernels {
namespace {

#if defined(__AVX512F__) || defined(__aarch64__)
constexpr int stretch_vectors = 24;
#else
constexpr int stretch_vectors = 12;
#endif

// Some vectors of c from column j on, each element the same chain of multiply-adds as in a tile.
template <int vectors, class T>
void multiply_stretch(const MatmulBlock& block, std::int64_t i, std::int64_t j) {
  const T* a = static_cast<const T*>(block.a) + i * block.a_row;
  const T* b = static_cast<const T*>(block.b) + j;
  Vector<T> sums[vectors];
#pragma GCC unroll 24
  for (int v = 0; v < vectors; ++v) sums[v] = Vector<T>(*a) * load(b + v * width<T>);
  for (std::int64_t rest = block.k - 1; rest > 0; --rest) {
    a += block.a_column;
    b += block.b_row;
#pragma GCC unroll 24
    for (int v = 0; v < vectors; ++v) sums[v] = fma(Vector<T>(*a), load(b + v * width<T>), sums[v]);
  }
  if (block.bias != nullptr) {
    const T* const bias = static_cast<const T*>(block.bias);
#pragma GCC unroll 24
    for (int v = 0; v < vectors; ++v)
      sums[v] += block.bias_per_row ? Vector<T>(bias[i]) : load(bias + j + v * width<T>);
  }
  T* const c = static_cast<T*>(block.c) + i * block.c_row + j;
#pragma GCC unroll 24
  for (int v = 0; v < vectors; ++v) sums[v].store_unaligned(c + v * width<T>);
}

constexpr int short_vectors = 4;  // of the stretches at a row's end; the last one reaches back

// One row, or, where k is too short for a tile to do much, several.
template <class T>
bool can_go_by_rows(const MatmulBlock& block) {
  return (block.m == 1 || block.k <= 2) && block.k > 0 && block.n >= short_vectors * width<T> &&
         !block.pack_a && !block.b_packed && block.c_column == 1 && !block.onto_c;
}

template <class T>
void multiply_rows(const MatmulBlock& block) {
  constexpr std::int64_t many = stretch_vectors * width<T>, few = short_vectors * width<T>;
  for (std::int64_t i = 0; i < block.m; ++i) {
    std::int64_t j = 0;
    for (; j + many <= block.n; j += many) multiply_stretch<stretch_vectors, T>(block, i, j);
    for (; j < block.n; j += few)
      multiply_stretch<short_vectors, T>(block, i, j < block.n - few ? j : block.n - few);
  }
}

}  // namespace
}  // namespace ebb::kernels
