// A product of few rows whose factors both lie gapless along k, like x Wᵀ. Included only by files
// that are compiled once per instruction set.
//
//              k                           Tiles want b as rows of columns, so they would turn all
//     a  ┌───────────┐    bᵀ ┌───────────┐ of it around first, which few rows of a do not repay.
//        │ row       │   ×   │ column    │ Here k itself runs along the vectors: each element of c
//        │ row       │       │ column    │ has a vector of sums, lane by lane, added up at the end.
//        └───────────┘       │ column    │ A step loads rows + columns vectors for rows · columns
//                            └───────────┘ multiply-adds.
#pragma once

#include <tensor/kernels/simd.hpp>

namespace ebb::kernels {
namespace {

// rows · columns sums, a vector of each row and one of a column must fit the registers.
#if defined(__AVX512F__) || defined(__aarch64__)
constexpr int dot_rows = 4, dot_columns = 6;  // 24 + 4 + 1 of 32
constexpr std::int64_t dot_step = 10, dot_sum = 20, dot_tile = 300;
#else
constexpr int dot_rows = 3, dot_columns = 4;  // 12 + 3 + 1 of 16
constexpr std::int64_t dot_step = 11, dot_sum = 20, dot_tile = 100;
#endif

// The sums of the lanes of each of a vector's number of vectors, of which `count` are wanted.
template <class T>
void add_up(const Vector<T>* each, int count, T* sums) {
#if defined(__AVX512F__)  // in halves: the haddp of xsimd 8.1 mixes up the order of whole ones
  using Part = xsimd::batch<T, xsimd::fma3<xsimd::avx2>>;
  constexpr int n = static_cast<int>(Part::size);
  for (int first = 0; first < count; first += n) {
    Part parts[n];
#pragma GCC unroll 8
    for (int i = 0; i < n; ++i) {
      alignas(64) T lanes[2 * n];
      each[first + i].store_aligned(lanes);
      parts[i] = Part::load_aligned(lanes) + Part::load_aligned(lanes + n);
    }
    xsimd::haddp(parts).store_aligned(sums + first);
  }
#elif defined(__SSE2__)
  (void)count;
  xsimd::haddp(each).store_aligned(sums);
#else
#pragma GCC unroll 16
  for (int i = 0; i < count; ++i) sums[i] = xsimd::hadd(each[i]);
#endif
}

// c[i, j] for `rows` rows from i and `columns` columns from j on. Asks for k >= width.
template <int rows, int columns, class T>
void multiply_dots(const MatmulBlock& block, std::int64_t i, std::int64_t j) {
  const T* a = static_cast<const T*>(block.a) + i * block.a_row;
  const T* b = static_cast<const T*>(block.b) + j * block.b_column;
  Vector<T> sums[rows][columns];
#pragma GCC unroll 4
  for (int row = 0; row < rows; ++row)
#pragma GCC unroll 16
    for (int column = 0; column < columns; ++column) sums[row][column] = Vector<T>(T(0));

  const auto add = [&](const auto& load_at) {
    Vector<T> left[rows];
#pragma GCC unroll 4
    for (int row = 0; row < rows; ++row) left[row] = load_at(a + row * block.a_row);
#pragma GCC unroll 16
    for (int column = 0; column < columns; ++column) {
      const Vector<T> right = load_at(b + column * block.b_column);
#pragma GCC unroll 4
      for (int row = 0; row < rows; ++row)
        sums[row][column] = fma(left[row], right, sums[row][column]);
    }
  };
  std::int64_t rest = block.k;
  for (; rest >= width<T>; rest -= width<T>, a += width<T>, b += width<T>)
    add([](const T* x) { return load(x); });
  if (rest > 0) {  // the last vector reaches back over what has been added already: zeros there
    const auto added = lanes_below<T>(width<T> - rest);
    add([rest, added](const T* x) {
      return xsimd::select(added, Vector<T>(T(0)), load(x + rest - width<T>));
    });
  }

  // As many as a vector has lanes are added up at once, always in the same order.
  constexpr int all = rows * columns, lanes = static_cast<int>(width<T>);
  alignas(64) T added[(all + lanes - 1) / lanes * lanes];
#pragma GCC unroll 16
  for (int first = 0; first < all; first += lanes) {
    Vector<T> each[lanes];
#pragma GCC unroll 16
    for (int lane = 0; lane < lanes; ++lane) {
      const int sum = first + lane;
      each[lane] = sum < all ? sums[sum / columns][sum % columns] : Vector<T>(T(0));
    }
    add_up(each, first + lanes <= all ? lanes : all - first, added + first);
  }
  T* const c = static_cast<T*>(block.c) + i * block.c_row + j * block.c_column;
  const T* const bias = static_cast<const T*>(block.bias);
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < columns; ++column) {
      T sum = added[row * columns + column];
      if (bias != nullptr) sum += bias[block.bias_per_row ? i + row : j + column];
      c[row * block.c_row + column * block.c_column] = sum;
    }
}

template <int columns, class T>
void multiply_rows_of_dots(const MatmulBlock& block, std::int64_t j) {
  const std::int64_t panels = (block.m + dot_rows - 1) / dot_rows;
  for (std::int64_t panel = 0; panel < panels; ++panel) {
    const std::int64_t i = panel * block.m / panels;
    switch ((panel + 1) * block.m / panels - i) {
      case 1:
        multiply_dots<1, columns, T>(block, i, j);
        break;
      case 2:
        multiply_dots<2, columns, T>(block, i, j);
        break;
      case 3:
        multiply_dots<3, columns, T>(block, i, j);
        break;
      case 4:
        if constexpr (dot_rows > 3) multiply_dots<4, columns, T>(block, i, j);
        break;
    }
  }
}

// A single row takes as many columns at once as it has sums to add up in one go, then half as many.
template <int columns, class T>
void multiply_row_of_dots(const MatmulBlock& block, std::int64_t j) {
  for (; j + columns <= block.n; j += columns) multiply_dots<1, columns, T>(block, 0, j);
  if constexpr (columns > 1) multiply_row_of_dots<columns / 2, T>(block, j);
}

template <class T>
void multiply_along_k(const MatmulBlock& block) {
  if (block.m == 1) return multiply_row_of_dots<static_cast<int>(width<T>), T>(block, 0);
  std::int64_t j = 0;
  for (; j + dot_columns <= block.n; j += dot_columns)
    multiply_rows_of_dots<dot_columns, T>(block, j);
  for (; j < block.n; ++j) multiply_rows_of_dots<1, T>(block, j);
}

}  // namespace
}  // namespace ebb::kernels
