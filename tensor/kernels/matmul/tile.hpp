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
constexpr bool tall_tile = tile_rows > 8;

// A tall tile does its last steps of k a third of its rows at a time. So it stores one while it
// computes the next: a store takes as long as two multiply-adds, and all stores at once are more
// than the processor can hide behind the beginning of the next tile.
constexpr std::int64_t last_steps = tall_tile ? 4 : 0;
constexpr std::int64_t prefetched_steps = 8;  // how far ahead a tall tile asks for rows of b

// What stands beside the first vector of a tile: nothing, half a vector, or a whole one. Halves
// save what 20 columns would waste of two vectors of 16.
struct Nothing {
  static constexpr int size = 0;
  Nothing() = default;
  explicit Nothing(auto) {}
  static Nothing load_unaligned(const auto*) { return {}; }
  void store_unaligned(auto*) const {}
  friend Nothing operator*(Nothing, Nothing) { return {}; }
  friend Nothing fma(Nothing, Nothing, Nothing) { return {}; }
  void operator+=(Nothing) {}
};
template <class T>
struct HalfOf {
  using type = Vector<T>;
};
#if defined(__AVX512F__)
template <>
struct HalfOf<float> {
  using type = xsimd::batch<float, xsimd::fma3<xsimd::avx2>>;
};
#endif
template <class T>
using Half = typename HalfOf<T>::type;
template <class T>
constexpr std::int64_t half_width = static_cast<std::int64_t>(Half<T>::size);

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
  std::int64_t panels, a_panel;  // so many of this height, one below the other
  bool onto_c;                   // the chains go on from what c holds
  const T* bias;                 // nullptr, or added last: an element
  bool per_row;                  // for each row, or else for each column
};

// Steps to the next row. A tall tile must not have all its rows' addresses made beforehand: there
// are more than the processor's registers hold, and laying them out costs more than fifty cycles.
template <class T>
void step_down(T*& row, std::int64_t stride) {
  row += stride;
  if constexpr (tall_tile) asm("" : "+r"(row));
}

// Has what a row of the tile reads or writes brought to L1 before it is needed.
template <class T>
void prefetch_row(const T* row, std::int64_t second) {
  __builtin_prefetch(row);
  __builtin_prefetch(row + second);
}

// A tile at work: its sums, and where the next step of k reads. All of it stays in registers, as
// every function here is inlined into multiply_tile.
template <int rows, class Second, class T>
struct RunningTile {
  using First = Vector<T>;
  // One pointer per five rows: a pointer for every row is more than the processor's registers hold.
  static constexpr int groups = (rows + 4) / 5;

  std::int64_t a_row, a_column, b_row, c_row, second;
  const T *a[groups], *b;
  T* c;
  First sums[rows];
  Second more[rows];

  [[gnu::always_inline]] explicit RunningTile(const Tile<T>& tile)
      : a_row(tile.a_row),
        a_column(tile.a_column),
        b_row(tile.b_row),
        c_row(tile.c_row),
        second(tile.second),
        b(tile.b),
        c(tile.c) {
#pragma GCC unroll 3
    for (int group = 0; group < groups; ++group) a[group] = tile.a + 5 * group * a_row;
  }

  // The sums begin with what c holds, or with zeros.
  [[gnu::always_inline]] void begin(bool onto_c) {
    const T* from = c;
#pragma GCC unroll 16
    for (int row = 0; row < rows; ++row, step_down(from, c_row)) {
      sums[row] = onto_c ? First::load_unaligned(from) : First(T(0));
      more[row] = onto_c ? Second::load_unaligned(from + second) : Second(T(0));
    }
  }

  // One step of k for the rows from `top` to `bottom`. The first step may begin the sums.
  template <bool begins, int top, int bottom>
  [[gnu::always_inline]] void step() {
    const First right = First::load_unaligned(b);
    const Second beside = Second::load_unaligned(b + second);
#pragma GCC unroll 16
    for (int row = top; row < bottom; ++row) {
      const T left = a[row / 5][row % 5 * a_row];
      sums[row] = begins ? First(left) * right : fma(First(left), right, sums[row]);
      more[row] = begins ? Second(left) * beside : fma(Second(left), beside, more[row]);
    }
    b += b_row;
#pragma GCC unroll 3
    for (int group = 0; group < groups; ++group) a[group] += a_column;
  }

  // All but the last few of `rest` steps; returns how many are left. What they will read of b, and
  // near the end write to c, is asked for in time.
  [[gnu::always_inline]] std::int64_t steps_with_prefetch(std::int64_t rest) {
    constexpr std::int64_t ahead = prefetched_steps;
    const T *wanted = b + ahead * b_row, *written = c;
    for (; rest > ahead; --rest, wanted += b_row) {
      prefetch_row(wanted, second);
      if (rest <= ahead + rows) {
        prefetch_row(written, second);
        written += c_row;
      }
      step<false, 0, rows>();
    }
    return rest;
  }

  // The last `rest` steps of the rows from `top` to `bottom`. a and b stay for the rows below.
  template <int top, int bottom>
  [[gnu::always_inline]] void last_steps_of(std::int64_t rest) {
    const T *const b_here = b, *a_here[groups];
#pragma GCC unroll 3
    for (int group = 0; group < groups; ++group) a_here[group] = a[group];
#pragma GCC unroll 1
    for (; rest > 0; --rest) step<false, top, bottom>();
    b = b_here;
#pragma GCC unroll 3
    for (int group = 0; group < groups; ++group) a[group] = a_here[group];
  }

  // The rows from `top` to `bottom` from their last steps on into c.
  template <int top, int bottom>
  [[gnu::always_inline]] void finish(std::int64_t rest, const T* bias, bool per_row) {
    if constexpr (last_steps > 0) last_steps_of<top, bottom>(rest);
    if (bias != nullptr) {
#pragma GCC unroll 16
      for (int row = top; row < bottom; ++row) {
        sums[row] += per_row ? First(bias[row]) : First::load_unaligned(bias);
        more[row] += per_row ? Second(bias[row]) : Second::load_unaligned(bias + second);
      }
    }
#pragma GCC unroll 16
    for (int row = top; row < bottom; ++row, step_down(c, c_row)) {
      sums[row].store_unaligned(c);
      more[row].store_unaligned(c + second);
    }
  }
};

template <int rows, class Second, class T>
[[gnu::always_inline]] inline void multiply_tile(const Tile<T>& tile) {
  RunningTile<rows, Second, T> running(tile);
  std::int64_t rest = tile.k;
  if (tile.onto_c || rest <= 1) {
    running.begin(tile.onto_c);
  } else {  // A product instead of zeros to add to: that saves Zen 3 twenty cycles. But were it the
            // only one, a compiler might join it with the bias, and round once instead of twice.
    running.template step<true, 0, rows>();
    --rest;
  }
  if constexpr (tall_tile)  // a shorter strip stays in L1
    if (tile.k > 8 * prefetched_steps) rest = running.steps_with_prefetch(rest);
  for (; rest > last_steps; --rest) running.template step<false, 0, rows>();

  constexpr int third = tall_tile ? rows / 3 : 0, two_thirds = tall_tile ? 2 * rows / 3 : 0;
  const T* const bias = tile.bias;
  if constexpr (third > 0) running.template finish<0, third>(rest, bias, tile.per_row);
  if constexpr (two_thirds > third)
    running.template finish<third, two_thirds>(rest, bias, tile.per_row);
  running.template finish<two_thirds, rows>(rest, bias, tile.per_row);
}

template <int rows, class Second, class T>
void multiply_tiles(const Tile<T>& tiles) {
  Tile<T> tile = tiles;  // its own, so that no store into c makes it be read again
  for (; tile.panels > 0; --tile.panels) {
    if (tall_tile && tile.onto_c && tile.panels > 1) {
      const T* next = tile.c + rows * tile.c_row;
#pragma GCC unroll 16
      for (int row = 0; row < rows; ++row, step_down(next, tile.c_row))
        prefetch_row(next, tile.second);
    }
    multiply_tile<rows, Second, T>(tile);
    tile.a += tile.a_panel;
    tile.c += rows * tile.c_row;
    if (tile.bias != nullptr && tile.per_row) tile.bias += rows;
  }
}

// Every height and width has a function of its own: tiles<T>.of[width][rows - 1].
enum TileWidth { one_vector, one_and_half, two_vectors };
template <class T>
struct Tiles {
  void (*of[3][tile_rows])(const Tile<T>&);
};
template <class T, int... row>
constexpr Tiles<T> all_tiles(std::integer_sequence<int, row...>) {
  return {{{multiply_tiles<row + 1, Nothing, T>...},
           {multiply_tiles<row + 1, Half<T>, T>...},
           {multiply_tiles<row + 1, Vector<T>, T>...}}};
}
template <class T>
constexpr Tiles<T> tiles = all_tiles<T>(std::make_integer_sequence<int, tile_rows>());

}  // namespace
}  // namespace ebb::kernels
