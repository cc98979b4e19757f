// The innermost part of a matrix product: one tile of c, held in registers. Included only by files
// that are compiled once per instruction set.
//
//              2 vectors of columns       Each step of k loads two vectors of b and, for every row,
//              ┌───────┬───────┐          one element of a, spread over a vector, that multiplies
//            k │ b[p]  │ b[p]  │          both. With 14 rows a step is 28 multiply-adds for 16
//              └───────┴───────┘          loads, and c is touched only once, at the end.
//     k
//   ┌───┐      ┌───────┬───────┐
//   │ a │ rows │ tile of c     │          Each element of c is one chain of multiply-adds in the
//   └───┘      └───────┴───────┘          order of k, wherever its tile begins.
#pragma once

#include <tensor/kernels/simd.hpp>
#include <utility>

namespace ebb::kernels {
namespace {

// Two vectors of b and one of a must fit beside the tile.
#if defined(__AVX512F__) || defined(__aarch64__)
constexpr int tile_rows = 14;  // 28 of 32 registers
#else
constexpr int tile_rows = 6;  // 12 of 16 registers
#endif

// Strides count elements. The second vector of a row begins `second` elements after the first, in b
// and in c; where they overlap, both compute the same.
template <class T>
struct Tile {
  std::int64_t k;
  const T* a;
  std::int64_t a_row, a_column;
  const T* b;
  std::int64_t b_row, second;
  T* c;
  std::int64_t c_row;
  bool onto_c;    // the chains go on from what c holds
  const T* bias;  // nullptr, or added last: an element
  bool per_row;   // for each row, or else for each column
};

template <int rows, int vectors, class T>
void multiply_tile(const Tile<T>& tile) {
  const std::int64_t a_row = tile.a_row, second = tile.second;
  Vector<T> sums[rows][vectors];
#pragma GCC unroll 16
  for (int row = 0; row < rows; ++row)
#pragma GCC unroll 2
    for (int v = 0; v < vectors; ++v)
      sums[row][v] = tile.onto_c ? load(tile.c + row * tile.c_row + v * second) : Vector<T>(T(0));

  // One pointer per five rows: a pointer for every row is more than the processor's registers hold.
  constexpr int groups = (rows + 4) / 5;
  const T* a[groups];
#pragma GCC unroll 3
  for (int group = 0; group < groups; ++group) a[group] = tile.a + 5 * group * a_row;
  const T* b = tile.b;
  const std::int64_t a_column = tile.a_column, b_row = tile.b_row;
  for (std::int64_t rest = tile.k; rest > 0; --rest) {
    Vector<T> right[vectors];
#pragma GCC unroll 2
    for (int v = 0; v < vectors; ++v) right[v] = load(b + v * second);
#pragma GCC unroll 16
    for (int row = 0; row < rows; ++row) {
      const Vector<T> left(a[row / 5][row % 5 * a_row]);
#pragma GCC unroll 2
      for (int v = 0; v < vectors; ++v) sums[row][v] = xsimd::fma(left, right[v], sums[row][v]);
    }
    b += b_row;
#pragma GCC unroll 3
    for (int group = 0; group < groups; ++group) a[group] += a_column;
  }

#pragma GCC unroll 2
  for (int v = 0; v < vectors; ++v) {
    if (tile.bias != nullptr) {
#pragma GCC unroll 16
      for (int row = 0; row < rows; ++row)
        sums[row][v] += tile.per_row ? Vector<T>(tile.bias[row]) : load(tile.bias + v * second);
    }
#pragma GCC unroll 16
    for (int row = 0; row < rows; ++row)
      sums[row][v].store_unaligned(tile.c + row * tile.c_row + v * second);
  }
}

// Every height and width has a function of its own: tiles<T>.of[vectors - 1][rows - 1].
template <class T>
struct Tiles {
  void (*of[2][tile_rows])(const Tile<T>&);
};
template <class T, int... row>
constexpr Tiles<T> all_tiles(std::integer_sequence<int, row...>) {
  return {{{multiply_tile<row + 1, 1, T>...}, {multiply_tile<row + 1, 2, T>...}}};
}
template <class T>
constexpr Tiles<T> tiles = all_tiles<T>(std::make_integer_sequence<int, tile_rows>());

}  // namespace
}  // namespace ebb::kernels
