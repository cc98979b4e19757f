// The matrix product of one block, compiled once per instruction set.
//
//              strip: 2 vectors          The registers hold a tile of c: a few rows times two
//              ┌───────┬───────┐         vectors. Each step of k loads two vectors of b, and for
//            k │ b[p, j]       │         every row one element of a, spread over a vector, times
//              └───────┴───────┘         both. So a step of 14 rows does 28 multiply-adds for 16
//     k                                  loads, and c is touched once, at the end.
//   ┌───┐      ┌───────┬───────┐
//   │ a │ rows │ tile of c     │ panel   Each element of c is one chain of multiply-adds in the
//   └───┘      └───────┴───────┘         order of k, wherever its tile begins: the bits depend
//                                        neither on the blocking nor on the number of threads.
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
template <class T>
constexpr std::int64_t strip_width = 2 * width<T>;
template <class T>
constexpr std::int64_t depth = 2048 / static_cast<std::int64_t>(sizeof(T));  // a panel fills 28 KB

template <class T>
struct Tile {
  std::int64_t k;
  const T* a;
  std::int64_t a_row, a_column;
  const T* b;
  std::int64_t b_row, b_second;  // b_second: from the first vector of a row to the second
  T* c;
  std::int64_t c_row, c_second;
  bool onto_c;
  const T* bias;  // nullptr, or one element per column
};

template <int rows, int vectors, class T>
void multiply_tile(const Tile<T>& tile) {
  Vector<T> sums[rows][vectors];
#pragma GCC unroll 16
  for (int row = 0; row < rows; ++row)
#pragma GCC unroll 2
    for (int v = 0; v < vectors; ++v)
      sums[row][v] =
          tile.onto_c ? load(tile.c + row * tile.c_row + v * tile.c_second) : Vector<T>(T(0));
  const std::int64_t k = tile.k, a_row = tile.a_row, a_column = tile.a_column;
  const std::int64_t b_row = tile.b_row, b_second = tile.b_second;
  const T* a = tile.a;
  const T* b = tile.b;
  for (std::int64_t p = 0; p < k; ++p, a += a_column, b += b_row) {
    Vector<T> right[vectors];
#pragma GCC unroll 2
    for (int v = 0; v < vectors; ++v) right[v] = load(b + v * b_second);
#pragma GCC unroll 16
    for (int row = 0; row < rows; ++row) {
      const Vector<T> left(a[row * a_row]);
#pragma GCC unroll 2
      for (int v = 0; v < vectors; ++v) sums[row][v] = xsimd::fma(left, right[v], sums[row][v]);
    }
  }
#pragma GCC unroll 2
  for (int v = 0; v < vectors; ++v) {
    if (tile.bias != nullptr) {
      const Vector<T> bias = load(tile.bias + v * tile.c_second);
#pragma GCC unroll 16
      for (int row = 0; row < rows; ++row) sums[row][v] += bias;
    }
#pragma GCC unroll 16
    for (int row = 0; row < rows; ++row)
      sums[row][v].store_unaligned(tile.c + row * tile.c_row + v * tile.c_second);
  }
}

// Every number of rows has a tile of its own, so that panels can be balanced.
template <class T>
using MultiplyTile = void (*)(const Tile<T>&);
template <class T>
struct Tiles {
  MultiplyTile<T> of[2][tile_rows];
};
template <class T, int... row>
constexpr Tiles<T> all_tiles(std::integer_sequence<int, row...>) {
  return {{{multiply_tile<row + 1, 1, T>...}, {multiply_tile<row + 1, 2, T>...}}};
}
template <class T>
constexpr Tiles<T> tiles = all_tiles<T>(std::make_integer_sequence<int, tile_rows>());

// Panels of nearly the same height: 32 rows are 11 + 11 + 10, not 14 + 14 + 4.
struct Panel {
  Panel(std::int64_t number, std::int64_t panels, std::int64_t m)
      : first(number * m / panels), rows((number + 1) * m / panels - first) {}
  std::int64_t first, rows;
};

// The columns of one strip. A packed strip is filled up with zeros; where b is read in place, the
// last vector reaches back over columns that the one before has done, with the same result.
struct Strip {
  std::int64_t first, second;  // where its two vectors begin
  std::int64_t columns;        // how many it holds, those reached back over included
  int vectors;
};
template <class T>
Strip strip_at(std::int64_t number, const MatmulBlock& block) {
  constexpr std::int64_t w = width<T>;
  const std::int64_t first = number * 2 * w, rest = block.n - first;
  const int vectors = rest > w ? 2 : 1;
  if (block.b_packed) return {first, first + w, rest < 2 * w ? rest : 2 * w, vectors};
  const std::int64_t last = block.n - w;
  const Strip strip = {first < last ? first : last, first + w < last ? first + w : last, 0,
                       vectors};
  return {strip.first, strip.second, strip.second + w - strip.first, vectors};
}

// c gets a tile that is no whole vectors wide, or that belongs there transposed, by way of a copy.
template <class T>
void multiply_through_copy(const MatmulBlock& block, Tile<T> tile, const Panel& panel,
                           const Strip& strip) {
  constexpr std::int64_t w2 = strip_width<T>;
  alignas(64) T copy[tile_rows * w2];
  T* const c = static_cast<T*>(block.c) + panel.first * block.c_row + strip.first * block.c_column;
  if (block.onto_c)
    for (std::int64_t i = 0; i < panel.rows; ++i)
      for (std::int64_t j = 0; j < strip.columns; ++j)
        copy[i * w2 + j] = c[i * block.c_row + j * block.c_column];
  tile.c = copy;
  tile.c_row = w2;
  tile.bias = nullptr;
  tiles<T>.of[strip.vectors - 1][panel.rows - 1](tile);
  if (block.bias != nullptr) {
    const T* const bias = static_cast<const T*>(block.bias) + panel.first * block.bias_row +
                          strip.first * block.bias_column;
    for (std::int64_t i = 0; i < panel.rows; ++i)
      for (std::int64_t j = 0; j < strip.columns; ++j)
        copy[i * w2 + j] += bias[i * block.bias_row + j * block.bias_column];
  }
  for (std::int64_t j = 0; j < strip.columns; ++j)
    for (std::int64_t i = 0; i < panel.rows; ++i)
      c[i * block.c_row + j * block.c_column] = copy[i * w2 + j];
}

template <class T>
void multiply_one(const MatmulBlock& block, const Panel& panel, const Strip& strip) {
  constexpr std::int64_t w = width<T>;
  const T* const b = static_cast<const T*>(block.b);
  Tile<T> tile;
  tile.k = block.k;
  tile.a = static_cast<const T*>(block.a) + panel.first * block.a_row;
  tile.a_row = block.a_row;
  tile.a_column = block.a_column;
  tile.b = block.b_packed ? b + strip.first * block.k : b + strip.first;
  tile.b_row = block.b_packed ? 2 * w : block.b_row;
  tile.b_second = tile.c_second = strip.second - strip.first;
  tile.onto_c = block.onto_c;
  // Whole vectors: both, or the one that the strip has.
  const bool whole = strip.columns == strip.second - strip.first + w || strip.columns == w;
  const bool plain_bias = block.bias == nullptr || block.bias_column == 1;
  if (block.c_column != 1 || !whole || !plain_bias)
    return multiply_through_copy(block, tile, panel, strip);
  tile.c = static_cast<T*>(block.c) + panel.first * block.c_row + strip.first;
  tile.c_row = block.c_row;
  tile.bias = block.bias == nullptr ? nullptr : static_cast<const T*>(block.bias) + strip.first;
  tiles<T>.of[strip.vectors - 1][panel.rows - 1](tile);
}

// `copy` gets a panel of a, column after column.
template <class T>
void pack_panel(const MatmulBlock& block, const Panel& panel, T* copy) {
  const T* a = static_cast<const T*>(block.a) + panel.first * block.a_row;
  for (std::int64_t p = 0; p < block.k; ++p, a += block.a_column)
    for (std::int64_t i = 0; i < panel.rows; ++i) *copy++ = a[i * block.a_row];
}

template <class T>
void multiply_with_packed_panels(const MatmulBlock& block, std::int64_t panels,
                                 std::int64_t strips) {
  alignas(64) T copy[tile_rows * depth<T>];
  for (std::int64_t number = 0; number < panels; ++number) {
    const Panel panel(number, panels, block.m);
    pack_panel(block, panel, copy);
    MatmulBlock part = block;
    part.a = copy - panel.first;  // where row 0 would be
    part.a_row = 1;
    part.a_column = panel.rows;
    for (std::int64_t strip = 0; strip < strips; ++strip)
      multiply_one<T>(part, panel, strip_at<T>(strip, block));
  }
}

template <class T>
void multiply(const MatmulBlock& block) {
  const std::int64_t panels = (block.m + tile_rows - 1) / tile_rows;
  const std::int64_t strips = (block.n + strip_width<T> - 1) / strip_width<T>;
  if (block.pack_a) return multiply_with_packed_panels<T>(block, panels, strips);
  // What the inner loop reads again and again should be the smaller matrix.
  if (block.m < block.n) {
    for (std::int64_t strip = 0; strip < strips; ++strip)
      for (std::int64_t panel = 0; panel < panels; ++panel)
        multiply_one<T>(block, Panel(panel, panels, block.m), strip_at<T>(strip, block));
  } else {
    for (std::int64_t panel = 0; panel < panels; ++panel)
      for (std::int64_t strip = 0; strip < strips; ++strip)
        multiply_one<T>(block, Panel(panel, panels, block.m), strip_at<T>(strip, block));
  }
}

template <class T>
void pack(void* strip, const void* b, std::int64_t b_row, std::int64_t b_column, std::int64_t k,
          std::int64_t n) {
  T* to = static_cast<T*>(strip);
  const T* from = static_cast<const T*>(b);
  for (std::int64_t p = 0; p < k; ++p, to += strip_width<T>, from += b_row) {
    for (std::int64_t j = 0; j < n; ++j) to[j] = from[j * b_column];
    for (std::int64_t j = n; j < strip_width<T>; ++j) to[j] = 0;
  }
}

template <class T>
constexpr MatmulKernels::Type type = {tile_rows, strip_width<T>, depth<T>, multiply<T>, pack<T>};

}  // namespace

namespace EBB_KERNELS {
extern const MatmulKernels matmul;
constexpr MatmulKernels matmul = {{type<float>, type<double>}};
}  // namespace EBB_KERNELS

}  // namespace ebb::kernels
