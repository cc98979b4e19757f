// Copies of small matrices, transposed on the way where that is asked. Included only by files that
// are compiled once per instruction set.
#pragma once

#include <tensor/kernels/simd.hpp>

namespace ebb::kernels {
namespace {

// Vectors of 128 bits, which every instruction set has: their zip crosses the whole vector.
#if defined(__x86_64__)
template <class T>
using Square = xsimd::batch<T, xsimd::sse2>;
#else
template <class T>
using Square = xsimd::batch<T>;
#endif
template <class T>
constexpr std::int64_t side = static_cast<std::int64_t>(Square<T>::size);  // 4 floats or 2 doubles

// The zip of 256 bits does not cross their middle: two squares at once, one beside the other.
#if defined(__AVX__)
template <class T>
using TwoSquares = xsimd::batch<T, xsimd::avx>;
inline void load_rows(TwoSquares<float>& row, const float* x, std::int64_t to_second) {
  row = _mm256_loadu2_m128(x + to_second, x);
}
inline void load_rows(TwoSquares<double>& row, const double* x, std::int64_t to_second) {
  row = _mm256_loadu2_m128d(x + to_second, x);
}
#else
template <class T>
using TwoSquares = Square<T>;
#endif
template <class T>
void load_rows(Square<T>& row, const T* x, std::int64_t) {
  row = Square<T>::load_unaligned(x);
}

// to[j to_row + i] = from[i from_row + j] for a square of one vector per row, or two that lie below
// each other in `from`. Like a deck of cards, the rows are cut into halves and these zipped
// together, log2(side) times: 4 rows a b c d give a0 c0 a1 c1 | a2 c2 a3 c3 | b0 d0 … and then
// a0 b0 c0 d0 | a1 b1 c1 d1 | …
template <class V, class T>
void transpose_squares(T* to, std::int64_t to_row, const T* from, std::int64_t from_row) {
  constexpr int n = static_cast<int>(side<T>);
  V rows[n], zipped[n];
#pragma GCC unroll 4
  for (int i = 0; i < n; ++i) load_rows(rows[i], from + i * from_row, n * from_row);
#pragma GCC unroll 2
  for (int round = 1; round < n; round *= 2) {
#pragma GCC unroll 2
    for (int i = 0; i < n / 2; ++i) {
      zipped[2 * i] = xsimd::zip_lo(rows[i], rows[i + n / 2]);
      zipped[2 * i + 1] = xsimd::zip_hi(rows[i], rows[i + n / 2]);
    }
#pragma GCC unroll 4
    for (int i = 0; i < n; ++i) rows[i] = zipped[i];
  }
#pragma GCC unroll 4
  for (int i = 0; i < n; ++i) rows[i].store_unaligned(to + i * to_row);
}

// to[i to_row + j] = from[i + j from_row] for rows x columns elements, at least as many as V has.
// The last squares reach back over elements that are done, instead of beyond the end.
template <class V, class T>
[[gnu::noinline]] void transpose_matrix(T* to, std::int64_t to_row, const T* from,
                                        std::int64_t from_row, std::int64_t rows,
                                        std::int64_t columns) {
  constexpr std::int64_t n = side<T>, wide = static_cast<std::int64_t>(V::size);
  constexpr std::int64_t line = 64 / static_cast<std::int64_t>(sizeof(T));  // used whole at once
  for (std::int64_t first = 0; first < rows; first += line)
    for (std::int64_t j = 0; j < columns; j += wide)
      for (std::int64_t i = first; i < rows && i < first + line; i += n) {
        const std::int64_t row = i < rows - n ? i : rows - n;
        const std::int64_t column = j < columns - wide ? j : columns - wide;
        transpose_squares<V>(to + row * to_row + column, to_row, from + row + column * from_row,
                             from_row);
      }
}

// to[i to_row + j] = from[i from_row + j from_column] for rows x columns elements.
template <class T>
void copy_matrix(T* to, std::int64_t to_row, const T* from, std::int64_t from_row,
                 std::int64_t from_column, std::int64_t rows, std::int64_t columns) {
  constexpr auto wide = static_cast<std::int64_t>(TwoSquares<T>::size);
  if (from_column == 1) {
    for (std::int64_t i = 0; i < rows; ++i)
      for (std::int64_t j = 0; j < columns; ++j) to[i * to_row + j] = from[i * from_row + j];
  } else if (from_row == 1 && rows >= side<T> && columns >= wide) {
    transpose_matrix<TwoSquares<T>>(to, to_row, from, from_column, rows, columns);
  } else if (from_row == 1 && rows >= side<T> && columns >= side<T>) {
    transpose_matrix<Square<T>>(to, to_row, from, from_column, rows, columns);
  } else {
    for (std::int64_t i = 0; i < rows; ++i)
      for (std::int64_t j = 0; j < columns; ++j)
        to[i * to_row + j] = from[i * from_row + j * from_column];
  }
}

}  // namespace
}  // namespace ebb::kernels
