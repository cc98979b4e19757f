// The matrix product of one block: panels of rows times strips of columns, tile by tile. Compiled
// once per instruction set.
#include <tensor/kernels/matmul_dot.hpp>
#include <tensor/kernels/matmul_tile.hpp>
#include <tensor/kernels/matmul_zeros.hpp>
#include <tensor/kernels/matrix_copy.hpp>

namespace ebb::kernels {
namespace {

template <class T>
constexpr std::int64_t strip_width = 2 * width<T>;
template <class T>
constexpr std::int64_t depth = 2048 / static_cast<std::int64_t>(sizeof(T));  // a panel fills 28 KB

std::int64_t smaller(std::int64_t a, std::int64_t b) { return a < b ? a : b; }

struct Panel {
  std::int64_t first, rows;
};

// Panels of nearly the same height: 32 rows are 11 + 11 + 10, not 14 + 14 + 4.
struct Panels {
  explicit Panels(std::int64_t m)
      : count((m + tile_rows - 1) / tile_rows), height(m / count), taller(m % count) {}
  Panel operator[](std::int64_t i) const {
    return {i * height + smaller(i, taller), height + (i < taller ? 1 : 0)};
  }
  std::int64_t count, height, taller;  // the first `taller` ones have a row more
};

// The columns of one tile. Where b is read in place, the last vector reaches back over columns that
// the one before it computes as well, with the same result:
//
//     n = 70, vectors of 16:   [0 … 15][16 … 31]   [32 … 47][48 … 63]   [54 … 69]
//
// A packed strip has zeros beyond its end, and the vectors lie side by side.
struct Strip {
  std::int64_t first, second;  // where the two vectors begin
  std::int64_t columns;        // from `first` on
  std::int64_t computed;       // the same with the zeros of a packed strip
  TileWidth width;
};
template <class T>
Strip strip_at(std::int64_t number, const MatmulBlock& block) {
  constexpr std::int64_t w = width<T>, half = half_width<T>;
  const std::int64_t first = number * strip_width<T>, rest = block.n - first;
  const TileWidth wide = rest <= w ? one_vector : rest <= w + half ? one_and_half : two_vectors;
  const std::int64_t beside = wide == one_vector ? 0 : wide == one_and_half ? half : w;
  if (block.b_packed) return {first, first + w, smaller(rest, w + beside), w + beside, wide};
  const std::int64_t one = smaller(first, block.n - w);
  const std::int64_t two = smaller(first + w, block.n - beside);
  const std::int64_t columns = wide == one_vector ? w : two + beside - one;
  return {one, two, columns, columns, wide};
}

// For a tile that is not whole vectors wide, or that lies transposed in c: it is made in a copy.
template <class T>
void multiply_through_copy(const MatmulBlock& block, Tile<T> tile, const Panel& panel,
                           const Strip& strip) {
  constexpr std::int64_t row = strip_width<T>;
  alignas(64) T copy[tile_rows * row], bias[row];
  T* const c = tile.c;
  tile.c = copy;
  tile.c_row = row;
  if (block.onto_c)
    copy_matrix(copy, row, c, block.c_row, block.c_column, panel.rows, strip.columns);
  if (tile.bias != nullptr && !tile.per_row) {
    copy_matrix(bias, 0, tile.bias, 0, 1, 1, strip.columns);
    tile.bias = bias;
  }
  tiles<T>.of[strip.width][panel.rows - 1](tile);
  if (block.c_column == 1)
    copy_matrix(c, block.c_row, copy, row, 1, panel.rows, strip.columns);
  else
    copy_matrix(c, block.c_column, copy, 1, row, strip.columns, panel.rows);
}

template <class T>
void multiply_panel_by_strip(const MatmulBlock& block, const Panel& panel, const Strip& strip) {
  const T* const bias = static_cast<const T*>(block.bias);
  Tile<T> tile;
  tile.k = block.k;
  tile.a = static_cast<const T*>(block.a) + panel.first * block.a_row;
  tile.a_row = block.a_row;
  tile.a_column = block.a_column;
  tile.b = static_cast<const T*>(block.b) + strip.first * (block.b_packed ? block.k : 1);
  tile.b_row = block.b_packed ? strip_width<T> : block.b_row;
  tile.second = strip.second - strip.first;
  tile.c = static_cast<T*>(block.c) + panel.first * block.c_row + strip.first * block.c_column;
  tile.c_row = block.c_row;
  tile.onto_c = block.onto_c;
  tile.per_row = block.bias_per_row;
  tile.bias = bias == nullptr ? bias : bias + (tile.per_row ? panel.first : strip.first);
  if (block.c_column == 1 && strip.columns == strip.computed)
    tiles<T>.of[strip.width][panel.rows - 1](tile);
  else
    multiply_through_copy(block, tile, panel, strip);
}

// Each panel of a is copied first, so that what a step of k reads of it is one short stretch.
template <class T>
void multiply_packed_panels(const MatmulBlock& block, const Panels& panels, std::int64_t strips) {
  alignas(64) T copy[tile_rows * depth<T>];
  MatmulBlock one = block;
  for (std::int64_t i = 0; i < panels.count; ++i) {
    const Panel panel = panels[i];
    copy_matrix(copy, panel.rows, static_cast<const T*>(block.a) + panel.first * block.a_row,
                block.a_column, block.a_row, block.k, panel.rows);
    one.a = copy;
    one.a_row = 1;
    one.a_column = panel.rows;
    one.c = static_cast<T*>(block.c) + panel.first * block.c_row;
    one.m = panel.rows;
    for (std::int64_t j = 0; j < strips; ++j)
      multiply_panel_by_strip<T>(one, {0, panel.rows}, strip_at<T>(j, block));
  }
}

template <class T>
void multiply(const MatmulBlock& block) {
  const Panels panels(block.m);
  const std::int64_t strips = (block.n + strip_width<T> - 1) / strip_width<T>;
  if (block.pack_a) return multiply_packed_panels<T>(block, panels, strips);
  // The inner loop reads one matrix again and again: let it be the smaller one. Where k is short,
  // it is c that counts, and c is written along its rows.
  if (block.m < block.n && block.k > 8) {
    for (std::int64_t j = 0; j < strips; ++j)
      for (std::int64_t i = 0; i < panels.count; ++i)
        multiply_panel_by_strip<T>(block, panels[i], strip_at<T>(j, block));
  } else {
    for (std::int64_t i = 0; i < panels.count; ++i)
      for (std::int64_t j = 0; j < strips; ++j)
        multiply_panel_by_strip<T>(block, panels[i], strip_at<T>(j, block));
  }
}

template <class T>
void pack(void* strip, const void* b, std::int64_t b_row, std::int64_t b_column, std::int64_t k,
          std::int64_t n) {
  T* const to = static_cast<T*>(strip);
  copy_matrix(to, strip_width<T>, static_cast<const T*>(b), b_row, b_column, k, n);
  for (std::int64_t p = 0; p < k && n < strip_width<T>; ++p)
    for (std::int64_t j = n; j < strip_width<T>; ++j) to[p * strip_width<T> + j] = 0;
}

template <class T>
constexpr MatmulKernels::Type type = {tile_rows,      strip_width<T>, half_width<T>,
                                      depth<T>,       multiply<T>,    multiply_along_k<T>,
                                      dot_rows,       dot_columns,    multiply_nonzeros<T>,
                                      mostly_zero<T>, pack<T>};

}  // namespace

namespace EBB_KERNELS {
extern const MatmulKernels matmul;
constexpr MatmulKernels matmul = {{type<float>, type<double>}};
}  // namespace EBB_KERNELS

}  // namespace ebb::kernels
