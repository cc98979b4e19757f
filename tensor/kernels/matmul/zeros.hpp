// A product whose left matrix is mostly zeros, like pixels on a black ground or a bag of words:
// only what is not zero is multiplied. Included only by files that are compiled once per
// instruction set.
//
//     row of a  =  0 0 5 0 0 0 2 0      First the non-zeros of a row are listed: 5 for b[2] and 2
//                      └───┐   └─┐      for b[6]. Then a row of c, held in registers, gathers them:
//     row of c  =  5 b[2] + 2 b[6]      the chain of the dense product without the links that add
//                                       nothing, so the result is the same but for a zero's sign.
//
// A zero adds nothing to finite numbers, but 0 times infinity is NaN. So b is looked through first,
// and where it is not finite the dense product takes over.
#pragma once

#include <tensor/kernels/matmul/matrix_copy.hpp>
#include <tensor/kernels/simd.hpp>
#include <utility>

namespace ebb::kernels {
namespace {

#if defined(__AVX512F__) || defined(__aarch64__)
constexpr int row_vectors = 28;  // of a row of c, in 32 registers
#else
constexpr int row_vectors = 12;  // in 16
#endif
constexpr std::int64_t stretch = 1024;  // elements of a row of a that are listed at a time

// An integer as wide as a T: beside a vector of numbers fits a vector of their places.
template <class T>
using Index = xsimd::as_integer_t<T>;

// The non-zeros of a stretch of a row of a, and for which row of b each is.
template <class T>
struct NonZeros {
  alignas(64) T values[stretch + width<T>];  // whole vectors are written
  alignas(64) Index<T> rows[stretch + width<T>];
  std::int64_t size;
};

// Appends those of the vector x, whose first lane is for row `row` of b.
template <class T>
void append(NonZeros<T>& list, const Vector<T>& x, std::int64_t row) {
  T* const values = list.values + list.size;
  Index<T>* const rows = list.rows + list.size;
#if defined(__AVX512F__)
  alignas(64) constexpr Index<T> count[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  const auto found = (!(x == Vector<T>(T(0)))).data;  // xsimd's != is false for NaN
  const auto places = Vector<Index<T>>::load_aligned(count) + static_cast<Index<T>>(row);
  if constexpr (sizeof(T) == 4) {
    _mm512_storeu_ps(values, _mm512_maskz_compress_ps(found, x));
    _mm512_storeu_si512(rows, _mm512_maskz_compress_epi32(found, places));
  } else {
    _mm512_storeu_pd(values, _mm512_maskz_compress_pd(found, x));
    _mm512_storeu_si512(rows, _mm512_maskz_compress_epi64(found, places));
  }
  list.size += __builtin_popcount(found);
#else
  if (xsimd::all(x == Vector<T>(T(0)))) return;
  alignas(64) T lanes[width<T>];
  x.store_aligned(lanes);
  std::int64_t size = 0;
  for (int lane = 0; lane < width<T>; ++lane) {
    values[size] = lanes[lane];
    rows[size] = static_cast<Index<T>>(row + lane);
    size += lanes[lane] != T(0);
  }
  list.size += size;
#endif
}

template <class T>
void list_nonzeros(NonZeros<T>& list, const T* row, std::int64_t n) {
  list.size = 0;
  std::int64_t p = 0;
  for (; p + width<T> <= n; p += width<T>) append(list, load(row + p), p);
  if (p < n) append(list, load_end(row + p, n - p, T(0)), p);
}

// A part of a row of c, as many vectors as the registers hold. No vector begins behind `last`: one
// that would reaches back over columns that others compute as well, with the same result.
template <class T>
struct SparseRow {
  const T* b;
  std::int64_t b_row, last;
  T* c;
  bool onto_c;
  const T* bias;  // nullptr, or added last
};

template <int vectors, class T>
void multiply_row(const NonZeros<T>& list, const SparseRow<T>& from) {
  const SparseRow<T> row = from;  // its own, so that no store into c makes it be read again
  const auto place = [&row](int v) {
    const std::int64_t at = v * width<T>;
    return v < vectors - 2 || at < row.last ? at : row.last;
  };
  Vector<T> sums[vectors];
#pragma GCC unroll 28
  for (int v = 0; v < vectors; ++v) sums[v] = row.onto_c ? load(row.c + place(v)) : Vector<T>(T(0));
  for (std::int64_t i = 0; i < list.size; ++i) {
    const Vector<T> left(list.values[i]);
    const T* const b = row.b + list.rows[i] * row.b_row;
#pragma GCC unroll 28
    for (int v = 0; v < vectors; ++v) sums[v] = fma(left, load(b + place(v)), sums[v]);
  }
#pragma GCC unroll 28
  for (int v = 0; v < vectors; ++v) {
    if (row.bias != nullptr) sums[v] += load(row.bias + place(v));
    sums[v].store_unaligned(row.c + place(v));
  }
}

// Every two numbers of vectors, 1 and 2, 3 and 4, … share a function: rows<T>.of[(vectors - 1) /
// 2].
template <class T>
struct Rows {
  void (*of[row_vectors / 2])(const NonZeros<T>&, const SparseRow<T>&);
};
template <class T, int... half>
constexpr Rows<T> all_rows(std::integer_sequence<int, half...>) {
  return {{multiply_row<2 * half + 2, T>...}};
}
template <class T>
constexpr Rows<T> rows = all_rows<T>(std::make_integer_sequence<int, row_vectors / 2>());

// c = list times b, level being the first of the rows of b that the list counts from.
template <class T>
void multiply_list(const MatmulBlock& block, const NonZeros<T>& list, std::int64_t level, T* c) {
  const T* const b = static_cast<const T*>(block.b) + level * block.b_row;
  const T* const bias = level + stretch < block.k ? nullptr : static_cast<const T*>(block.bias);
  const std::int64_t vectors = divide_up(block.n, width<T>);
  const std::int64_t parts = divide_up(vectors, row_vectors);
  for (std::int64_t part = 0; part < parts; ++part) {
    const std::int64_t first = part * vectors / parts, end = (part + 1) * vectors / parts;
    const std::int64_t at = first * width<T>;
    const std::int64_t columns = end == vectors ? block.n - at : (end - first) * width<T>;
    rows<T>.of[(end - first - 1) / 2](list, {b + at, block.b_row, columns - width<T>, c + at,
                                             level > 0, bias == nullptr ? bias : bias + at});
  }
}

// 0 x is 0 where x is finite, and NaN elsewhere; so is the sum of them.
template <class T>
bool all_finite(const T* x, std::int64_t x_row, std::int64_t rows, std::int64_t columns) {
  const Vector<T> zero(T(0));
  Vector<T> sums[4] = {zero, zero, zero, zero};
  for (std::int64_t i = 0; i < rows; ++i, x += x_row) {
    std::int64_t j = 0;
    for (; j + 4 * width<T> <= columns; j += 4 * width<T>)
#pragma GCC unroll 4
      for (int v = 0; v < 4; ++v) sums[v] = fma(load(x + j + v * width<T>), zero, sums[v]);
    for (; j < columns; j += width<T>)  // the last one reaches back
      sums[0] = fma(load(x + (j + width<T> <= columns ? j : columns - width<T>)), zero, sums[0]);
  }
  return xsimd::all((sums[0] + sums[1]) + (sums[2] + sums[3]) == zero);
}

template <class T>
bool multiply_nonzeros(const MatmulBlock& block) {
  if (!all_finite(static_cast<const T*>(block.b), block.b_row, block.k, block.n)) return false;
  // Rows of a that are not gapless are turned into such, a few at a time.
  constexpr std::int64_t height = 16;
  alignas(64) T turned[height * stretch];
  NonZeros<T> list;
  const std::int64_t step = block.a_column == 1 ? 1 : height;
  for (std::int64_t level = 0; level == 0 || level < block.k; level += stretch) {
    const std::int64_t columns = block.k - level < stretch ? block.k - level : stretch;
    for (std::int64_t first = 0; first < block.m; first += step) {
      const T* a = static_cast<const T*>(block.a) + first * block.a_row + level * block.a_column;
      const std::int64_t count = block.m - first < step ? block.m - first : step;
      if (block.a_column != 1) {
        copy_matrix(turned, columns, a, block.a_row, block.a_column, count, columns);
        a = turned;
      }
      for (std::int64_t i = 0; i < count; ++i) {
        list_nonzeros(list, a + i * columns, columns);
        multiply_list(block, list, level, static_cast<T*>(block.c) + (first + i) * block.c_row);
      }
    }
  }
  return true;
}

// Judged by 256 elements that lie scattered over a, or by the first 32 if most are not zero.
template <class T>
bool mostly_zero(const MatmulBlock& block) {
  constexpr int samples = 256, few = 77;  // 30 %; skipping zeros pays off below about 40 %
  constexpr int first = 32, most = 24;
  const auto m = static_cast<std::uint64_t>(block.m), k = static_cast<std::uint64_t>(block.k);
  std::uint64_t state = 1;
  const auto below = [&state](std::uint64_t n) {  // Knuth's linear congruential generator, MMIX
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::int64_t>((state >> 32) * n >> 32);
  };
  int found = 0;
  for (int i = 0; i < samples; ++i) {
    const std::int64_t row = below(m), column = below(k);
    found += static_cast<const T*>(block.a)[row * block.a_row + column * block.a_column] != T(0);
    if (i == first - 1 && found > most) return false;
  }
  return found <= few;
}

}  // namespace
}  // namespace ebb::kernels
