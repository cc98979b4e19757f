// The matrix product of one block: panels of rows times strips of columns, tile by tile. Compiled
// once per instruction set.
#include <tensor/kernels/matmul/dot.hpp>
#include <tensor/kernels/matmul/matrix_copy.hpp>
#include <tensor/kernels/matmul/row.hpp>
#include <tensor/kernels/matmul/tile.hpp>
#include <tensor/kernels/matmul/zeros.hpp>

namespace ebb::kernels {
namespace {

template <class T>
constexpr std::int64_t strip_width = 2 * width<T>;

// So many panels of a are packed at a time. Each has whole vectors for a step of k, and so many
// steps that c is seldom read and written between two levels of k.
constexpr std::int64_t packed_panels = tall_tile ? 2 : 4;
template <class T>
constexpr std::int64_t depth = 2048 / static_cast<std::int64_t>(sizeof(T));
template <class T>
constexpr std::int64_t packed_row = divide_up(tile_rows, width<T>) * width<T>;

// Some panels of one height, one below the other.
struct Run {
  std::int64_t first, rows, panels;  // from row `first` on, each of so many rows
  std::int64_t a, a_panel;           // where the first begins in a, and how far it is to the next
};

// Panels of nearly the same height: 32 rows are 11 + 11 + 10, not 14 + 14 + 4.
struct Panels {
  explicit Panels(std::int64_t m)
      : count(divide_up(m, tile_rows)), height(m / count), taller(m % count) {}

  // The panels from number i on that have its height, up to number `end`.
  Run run(std::int64_t i, std::int64_t end, std::int64_t a_row) const {
    const std::int64_t first = i * height + smaller(i, taller),
                       rows = height + (i < taller ? 1 : 0);
    return {first, rows, (i < taller ? smaller(taller, end) : end) - i, first * a_row,
            rows * a_row};
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
  std::int64_t done;           // how many of them the strip before has, too
  TileWidth width;
};
template <class T>
Strip strip_at(std::int64_t number, const MatmulBlock& block) {
  constexpr std::int64_t w = width<T>, half = half_width<T>;
  const std::int64_t first = number * strip_width<T>, rest = block.n - first;
  const TileWidth wide = rest <= w ? one_vector : rest <= w + half ? one_and_half : two_vectors;
  const std::int64_t beside = wide == one_vector ? 0 : wide == one_and_half ? half : w;
  if (block.b_packed) return {first, first + w, smaller(rest, w + beside), w + beside, 0, wide};
  const std::int64_t one = smaller(first, block.n - w);
  const std::int64_t two = smaller(first + w, block.n - beside);
  const std::int64_t columns = wide == one_vector ? w : two + beside - one;
  return {one, two, columns, columns, first - one, wide};
}

// For tiles that are not whole vectors wide, or that lie transposed in c, or that must not go on
// from what the strip before has done: each is made in a copy.
template <class T>
void multiply_through_copy(const MatmulBlock& block, Tile<T> tile, const Run& run,
                           const Strip& strip) {
  constexpr std::int64_t row = strip_width<T>;
  alignas(64) T copy[tile_rows * row], bias[row];
  T* c = tile.c;
  tile.c = copy;
  tile.c_row = row;
  tile.panels = 1;
  if (tile.bias != nullptr && !tile.per_row) {
    copy_matrix(bias, 0, tile.bias, 0, 1, 1, strip.columns);
    tile.bias = bias;
  }
  for (std::int64_t i = 0; i < run.panels; ++i, c += run.rows * block.c_row) {
    if (block.onto_c)
      copy_matrix(copy, row, c, block.c_row, block.c_column, run.rows, strip.columns);
    tiles<T>.of[strip.width][run.rows - 1](tile);
    const std::int64_t done = strip.done, fresh = strip.columns - done;
    if (block.c_column == 1)
      copy_matrix(c + done, block.c_row, copy + done, row, 1, run.rows, fresh);
    else
      copy_matrix(c + done * block.c_column, block.c_column, copy + done, 1, row, fresh, run.rows);
    tile.a += run.a_panel;
    if (tile.bias != nullptr && tile.per_row) tile.bias += run.rows;
  }
}

template <class T>
void multiply_run_by_strip(const MatmulBlock& block, const Run& run, const Strip& strip) {
  const T* const bias = static_cast<const T*>(block.bias);
  Tile<T> tile;
  tile.k = block.k;
  tile.a = static_cast<const T*>(block.a) + run.a;
  tile.a_row = block.a_row;
  tile.a_column = block.a_column;
  tile.b = static_cast<const T*>(block.b) + strip.first * (block.b_packed ? block.k : 1);
  tile.b_row = block.b_packed ? strip_width<T> : block.b_row;
  tile.second = strip.second - strip.first;
  tile.c = static_cast<T*>(block.c) + run.first * block.c_row + strip.first * block.c_column;
  tile.c_row = block.c_row;
  tile.panels = run.panels;
  tile.a_panel = run.a_panel;
  tile.onto_c = block.onto_c;
  tile.per_row = block.bias_per_row;
  tile.bias = bias == nullptr ? bias : bias + (tile.per_row ? run.first : strip.first);
  const bool twice = block.onto_c && strip.done > 0;
  if (block.c_column == 1 && strip.columns == strip.computed && !twice)
    tiles<T>.of[strip.width][run.rows - 1](tile);
  else
    multiply_through_copy(block, tile, run, strip);
}

// The panels with the numbers from `begin` to `end`, each times every strip.
template <class T>
void multiply_panels(const MatmulBlock& block, const Panels& panels, std::int64_t begin,
                     std::int64_t end) {
  const std::int64_t strips = divide_up(block.n, strip_width<T>);
  for (std::int64_t j = 0; j < strips; ++j) {
    const Strip strip = strip_at<T>(j, block);
    for (std::int64_t i = begin; i < end;) {
      Run run = panels.run(i, end, block.a_row);
      if (block.pack_a) {
        run.a = (i - begin) * packed_row<T> * block.k;
        run.a_panel = packed_row<T> * block.k;
      }
      multiply_run_by_strip<T>(block, run, strip);
      i += run.panels;
    }
  }
}

// What a step of k reads of a panel lies side by side in its copy. Lanes beyond its rows hold
// anything.
template <class T>
void pack_panel(T* to, const T* a, const MatmulBlock& block, std::int64_t rows) {
  constexpr std::int64_t row = packed_row<T>;
  if (block.a_row != 1 || block.a_column < row)
    return copy_matrix(to, row, a, block.a_column, block.a_row, block.k, rows);
  for (std::int64_t p = 1; p < block.k; ++p, to += row, a += block.a_column)
#pragma GCC unroll 4
    for (std::int64_t i = 0; i < row; i += width<T>) load(a + i).store_unaligned(to + i);
  for (std::int64_t i = 0; i < rows; ++i) to[i] = a[i];
}

template <class T>
void multiply_packed_panels(const MatmulBlock& block, const Panels& panels) {
  alignas(64) T copies[packed_panels * packed_row<T> * depth<T>];
  MatmulBlock packed = block;
  packed.a = copies;
  packed.a_row = 1;
  packed.a_column = packed_row<T>;
  for (std::int64_t begin = 0; begin < panels.count; begin += packed_panels) {
    const std::int64_t end = smaller(begin + packed_panels, panels.count);
    for (std::int64_t i = begin; i < end; ++i) {
      const Run panel = panels.run(i, i + 1, block.a_row);
      pack_panel(copies + (i - begin) * packed_row<T> * block.k,
                 static_cast<const T*>(block.a) + panel.a, block, panel.rows);
    }
    multiply_panels<T>(packed, panels, begin, end);
  }
}

// How many panels go together through the strips: a strip, and as many panels as L2 has room for.
// One of 6 rows reads b more than twice as often as one of 14, so that a strip must stay in L1.
// Tall ones do so much with each vector of b that either matrix may come from afar: where L2 has no
// room for all of a, the one that is read again and again is the smaller one. Where k is short, it
// is c that counts, and c is written along its rows.
template <class T>
std::int64_t panels_at_a_time(const MatmulBlock& block, const Panels& panels) {
  if (block.k <= 8) return 1;
  constexpr std::int64_t room = 1 << 17;
  const std::int64_t row = block.k * static_cast<std::int64_t>(sizeof(T));
  if (tall_tile) return block.m < block.n || block.m * row <= room ? panels.count : 1;
  return room / (tile_rows * row) + 1;
}

template <class T>
void multiply(const MatmulBlock& block) {
  if (can_go_by_rows(block)) return multiply_rows<T>(block);
  const Panels panels(block.m);
  if (block.pack_a) return multiply_packed_panels<T>(block, panels);
  const std::int64_t step = panels_at_a_time<T>(block, panels);
  for (std::int64_t begin = 0; begin < panels.count; begin += step)
    multiply_panels<T>(block, panels, begin, smaller(begin + step, panels.count));
}

template <class T>
void pack(void* strip, const void* b, std::int64_t b_row, std::int64_t b_column, std::int64_t k,
          std::int64_t n) {
  T* to = static_cast<T*>(strip);
  const T* from = static_cast<const T*>(b);
  if (n == strip_width<T> && b_column == 1) {
    for (std::int64_t p = 0; p < k; ++p, to += n, from += b_row) {
      load(from).store_unaligned(to);
      load(from + width<T>).store_unaligned(to + width<T>);
    }
    return;
  }
  copy_matrix(to, strip_width<T>, from, b_row, b_column, k, n);
  for (std::int64_t p = 0; p < k && n < strip_width<T>; ++p)
    for (std::int64_t j = n; j < strip_width<T>; ++j) to[p * strip_width<T> + j] = 0;
}

// A tall tile reads rows in place as fast as packed ones.
constexpr std::int64_t never = INT64_MAX;
constexpr decltype(MatmulKernels::Type::packing) packing = {tall_tile ? 1 << 20 : 1 << 19,
                                                            tall_tile ? never : 1 << 24, 1 << 24,
                                                            tall_tile ? never : 1 << 22};

template <class T>
constexpr MatmulKernels::Type type = {tile_rows,
                                      strip_width<T>,
                                      half_width<T>,
                                      depth<T>,
                                      packing,
                                      multiply<T>,
                                      multiply_along_k<T>,
                                      {dot_rows, dot_columns, dot_step, dot_tile},
                                      multiply_nonzeros<T>,
                                      mostly_zero<T>,
                                      pack<T>};

}  // namespace

namespace EBB_KERNELS {
extern const MatmulKernels matmul;
constexpr MatmulKernels matmul = {{type<float>, type<double>}};
}  // namespace EBB_KERNELS

}  // namespace ebb::kernels
