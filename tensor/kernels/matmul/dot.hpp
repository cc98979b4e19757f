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

// rows · columns sums, a vector of each row and one of a column must fit the registers. Costs count
// hundredths of a multiply-add.
#if defined(__AVX512F__) || defined(__aarch64__)
constexpr int dot_rows = 3, dot_columns = 8;  // 24 + 3 + 1 of 32
constexpr std::int64_t dot_step = 104, dot_tile = 5000;
#else
constexpr int dot_rows = 3, dot_columns = 4;  // 12 + 3 + 1 of 16
constexpr std::int64_t dot_step = 110, dot_tile = 4000;
#endif

#if defined(__AVX512F__)  // in halves: the haddp of xsimd 8.1 mixes up the order of whole ones
template <class T>
using Sums = xsimd::batch<T, xsimd::fma3<xsimd::avx2>>;
#else
template <class T>
using Sums = Vector<T>;
#endif

// The sums of the lanes of each of as many vectors as there is room for.
template <class T>
Sums<T> add_up(const Vector<T>* each) {
#if defined(__AVX512F__)
  constexpr int n = static_cast<int>(Sums<T>::size);
  Sums<T> parts[n];
#pragma GCC unroll 8
  for (int i = 0; i < n; ++i) {
    alignas(64) T lanes[2 * n];
    each[i].store_aligned(lanes);
    parts[i] = Sums<T>::load_aligned(lanes) + Sums<T>::load_aligned(lanes + n);
  }
  return xsimd::haddp(parts);
#elif defined(__SSE2__)
  return xsimd::haddp(each);
#else
  constexpr int n = static_cast<int>(Sums<T>::size);
  T sums[n];
#pragma GCC unroll 16
  for (int i = 0; i < n; ++i) sums[i] = xsimd::hadd(each[i]);
  return Sums<T>::load_unaligned(sums);
#endif
}

// A vector that several multiply-adds read is loaded once: g++ would load it again for each.
template <class T>
void load_once([[maybe_unused]] Vector<T>& x) {
#if defined(__AVX512F__)
  asm("" : "+v"(x.data));
#endif
}

// The dot products of `rows` rows of a and `columns` columns of b: a vector of sums for each.
template <int rows, int columns, class T>
struct Dots {
  static constexpr int lanes = static_cast<int>(Sums<T>::size);
  Vector<T> sums[rows][columns];

  [[gnu::always_inline]] Dots() {
#pragma GCC unroll 4
    for (int row = 0; row < rows; ++row)
#pragma GCC unroll 16
      for (int column = 0; column < columns; ++column) sums[row][column] = Vector<T>(T(0));
  }

  // Adds the products of one vector of each row and one of each column, as load_at loads them.
  template <class Load>
  [[gnu::always_inline]] void add(const MatmulBlock& block, const T* a, const T* b,
                                  const Load& load_at) {
    Vector<T> left[rows];
#pragma GCC unroll 4
    for (int row = 0; row < rows; ++row) left[row] = load_at(a + row * block.a_row);
#pragma GCC unroll 16
    for (int column = 0; column < columns; ++column) {
      Vector<T> right = load_at(b + column * block.b_column);
      load_once<T>(right);
#pragma GCC unroll 4
      for (int row = 0; row < rows; ++row)
        sums[row][column] = fma(left[row], right, sums[row][column]);
    }
  }

  // Into c, whose elements side by side are stored as vectors; with the bias of its columns.
  [[gnu::always_inline]] void store_vectors(T* c, std::int64_t c_row, const T* bias) const {
#pragma GCC unroll 4
    for (int row = 0; row < rows; ++row)
#pragma GCC unroll 16
      for (int first = 0; first < columns; first += lanes) {
        Sums<T> added = add_up<T>(&sums[row][first]);
        if (bias != nullptr) added += Sums<T>::load_unaligned(bias + first);
        added.store_unaligned(c + row * c_row + first);
      }
  }

  // Into c one by one, for c[i, j] on. Vectors of sums are added up as many as there are lanes.
  [[gnu::always_inline]] void store_each(const MatmulBlock& block, T* c, std::int64_t i,
                                         std::int64_t j) const {
    const T* const bias = static_cast<const T*>(block.bias);
    constexpr int all = rows * columns;
    T added[divide_up(all, lanes) * lanes];
#pragma GCC unroll 16
    for (int first = 0; first < all; first += lanes) {
      Vector<T> each[lanes];
#pragma GCC unroll 16
      for (int lane = 0; lane < lanes; ++lane) {
        const int sum = first + lane;
        each[lane] = sum < all ? sums[sum / columns][sum % columns] : Vector<T>(T(0));
      }
      add_up<T>(each).store_unaligned(added + first);
    }
    for (int row = 0; row < rows; ++row)
      for (int column = 0; column < columns; ++column) {
        T sum = added[row * columns + column];
        if (bias != nullptr) sum += bias[block.bias_per_row ? i + row : j + column];
        c[row * block.c_row + column * block.c_column] = sum;
      }
  }
};

// c[i, j] for `rows` rows from i and `columns` columns from j on. Asks for k >= width.
template <int rows, int columns, class T>
void multiply_dots(const MatmulBlock& block, std::int64_t i, std::int64_t j) {
  const T* a = static_cast<const T*>(block.a) + i * block.a_row;
  const T* b = static_cast<const T*>(block.b) + j * block.b_column;
  Dots<rows, columns, T> dots;
  std::int64_t rest = block.k;
  for (; rest >= width<T>; rest -= width<T>, a += width<T>, b += width<T>)
    dots.add(block, a, b, [](const T* x) { return load(x); });
  if (rest > 0) {  // the last vector reaches back over what has been added already: zeros there
    const auto added = lanes_below<T>(width<T> - rest);
    dots.add(block, a, b, [rest, added](const T* x) {
      return xsimd::select(added, Vector<T>(T(0)), load(x + rest - width<T>));
    });
  }

  T* const c = static_cast<T*>(block.c) + i * block.c_row + j * block.c_column;
  const T* const bias = static_cast<const T*>(block.bias);
  if constexpr (columns % Dots<rows, columns, T>::lanes == 0)
    if (block.c_column == 1 && !(bias != nullptr && block.bias_per_row))
      return dots.store_vectors(c, block.c_row, bias == nullptr ? bias : bias + j);
  dots.store_each(block, c, i, j);
}

// The columns from j to `end`: as many at once as `columns`, at last half as many, and so on.
template <int rows, int columns, class T>
void multiply_row_of_dots(const MatmulBlock& block, std::int64_t i, std::int64_t j,
                          std::int64_t end) {
  for (; j + columns <= end; j += columns) multiply_dots<rows, columns, T>(block, i, j);
  if constexpr (columns > 1) multiply_row_of_dots<rows, columns / 2, T>(block, i, j, end);
}

// The few rows of a panel stay in L1 while columns pass by, which L2 keeps for the next panel.
template <class T>
void multiply_along_k(const MatmulBlock& block) {
  if (block.m == 1)  // as many columns at once as there are sums to add up in one go
    return multiply_row_of_dots<1, static_cast<int>(width<T>), T>(block, 0, 0, block.n);
  constexpr std::int64_t room = (1 << 18) / static_cast<std::int64_t>(sizeof(T));
  const std::int64_t step = (room / (block.k * dot_columns) + 1) * dot_columns;
  const std::int64_t panels = divide_up(block.m, dot_rows);
  for (std::int64_t j = 0; j < block.n; j += step)
    for (std::int64_t panel = 0; panel < panels; ++panel) {
      const std::int64_t i = panel * block.m / panels, rows = (panel + 1) * block.m / panels - i;
      const std::int64_t end = smaller(j + step, block.n);
      if (rows == 1) multiply_row_of_dots<1, dot_columns, T>(block, i, j, end);
      if (rows == 2) multiply_row_of_dots<2, dot_columns, T>(block, i, j, end);
      if (rows == 3) multiply_row_of_dots<3, dot_columns, T>(block, i, j, end);
    }
}

}  // namespace
}  // namespace ebb::kernels
