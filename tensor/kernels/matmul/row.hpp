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
#include <utility>

namespace ebb::kernels {
namespace {

#if defined(__AVX512F__) || defined(__aarch64__)
constexpr int stretch_vectors = 16;
#else
constexpr int stretch_vectors = 12;  // beside one of a in 16 registers
#endif

// Some vectors of c from column j on, each element the same chain of multiply-adds as in a tile.
// The last one begins at j + `last`: it may reach back over columns of the one before.
template <int vectors, class T>
void multiply_stretch(const MatmulBlock& from, std::int64_t j, std::int64_t last) {
  const MatmulBlock block = from;  // its own, so that no store into c makes it be read again
  const auto at = [last](int v) { return v < vectors - 1 ? v * width<T> : last; };
  for (std::int64_t i = 0; i < block.m; ++i) {
    const T* a = static_cast<const T*>(block.a) + i * block.a_row;
    const T* b = static_cast<const T*>(block.b) + j;
    Vector<T> sums[vectors];
#pragma GCC unroll 16
    for (int v = 0; v < vectors; ++v) sums[v] = Vector<T>(*a) * load(b + at(v));
    for (std::int64_t rest = block.k - 1; rest > 0; --rest) {
      a += block.a_column;
      b += block.b_row;
#pragma GCC unroll 16
      for (int v = 0; v < vectors; ++v) sums[v] = fma(Vector<T>(*a), load(b + at(v)), sums[v]);
    }
    if (block.bias != nullptr) {
      const T* const bias = static_cast<const T*>(block.bias);
#pragma GCC unroll 16
      for (int v = 0; v < vectors; ++v)
        sums[v] += block.bias_per_row ? Vector<T>(bias[i]) : load(bias + j + at(v));
    }
    T* const c = static_cast<T*>(block.c) + i * block.c_row + j;
#pragma GCC unroll 16
    for (int v = 0; v < vectors; ++v) sums[v].store_unaligned(c + at(v));
  }
}

// Stretches of so many vectors and, after the first `longer` ones, of one fewer. The last vector of
// all reaches back from the end.
template <int vectors, class T>
void multiply_stretches(const MatmulBlock& block, std::int64_t longer) {
  constexpr std::int64_t whole = vectors * width<T>, shorter = whole - width<T>;
  std::int64_t j = 0;
  for (; longer > 0; --longer, j += whole)
    multiply_stretch<vectors, T>(block, j, smaller(shorter, block.n - width<T> - j));
  if constexpr (vectors > 1)
    for (; j < block.n; j += shorter)
      multiply_stretch<vectors - 1, T>(block, j,
                                       smaller(shorter - width<T>, block.n - width<T> - j));
}

template <class T>
struct Stretches {
  void (*of[stretch_vectors])(const MatmulBlock&, std::int64_t);
};
template <class T, int... i>
constexpr Stretches<T> all_stretches(std::integer_sequence<int, i...>) {
  return {{multiply_stretches<i + 1, T>...}};
}
template <class T>
constexpr Stretches<T> stretches =
    all_stretches<T>(std::make_integer_sequence<int, stretch_vectors>());

// One row, or, where k is too short for a tile to do much, several. A single product and a bias are
// left to the tile, which rounds them one after the other.
bool can_go_by_rows(const MatmulBlock& block) {
  return (block.m == 1 || block.k <= 2) && block.k > (block.bias == nullptr ? 0 : 1) &&
         !block.pack_a && !block.b_packed && block.c_column == 1 && !block.onto_c;
}

// In stretches of nearly the same length, as panels have nearly the same height.
template <class T>
void multiply_rows(const MatmulBlock& block) {
  const std::int64_t all = divide_up(block.n, width<T>);
  const std::int64_t count = divide_up(all, stretch_vectors);
  const std::int64_t vectors = divide_up(all, count);
  stretches<T>.of[vectors - 1](block, count - (vectors * count - all));
}

}  // namespace
}  // namespace ebb::kernels
