// Covers: tensor/kernels/matmul/matmul.cpp, tensor/kernels/matmul/tile.hpp
#include <doctest/doctest.h>

#include <limits>
#include <tensor/machine/isa.hpp>
#include <tests/tensor/kernels/guarded.hpp>
#include <tests/tensor/support.hpp>
#include <utility>
#include <vector>

using namespace ebb;

namespace {

enum Way { rows_of_a_lie_gapless, columns_of_a_do, columns_of_a_are_packed };

// How many elements of a product the kernel gets wrong, where each matrix ends at a page that
// nobody may touch. The numbers are small and whole, so that every order of adding is exact.
template <class T>
int wrong_elements(std::int64_t m, std::int64_t n, std::int64_t k, Way way, const T* bias,
                   bool per_row) {
  const Guarded<T> a(m * k), b(k * n), c(m * n);
  for (std::int64_t i = 0; i < m * k; ++i) a[i] = static_cast<T>(i % 7 - 3);
  for (std::int64_t i = 0; i < k * n; ++i) b[i] = static_cast<T>(i % 5 - 1);
  for (std::int64_t i = 0; i < m * n; ++i) c[i] = std::numeric_limits<T>::quiet_NaN();
  kernels::MatmulBlock block = {};
  block.m = m, block.n = n, block.k = k;
  const bool by_rows = way == rows_of_a_lie_gapless;
  block.a = a.data(), block.a_row = by_rows ? k : 1, block.a_column = by_rows ? 1 : m;
  block.pack_a = way == columns_of_a_are_packed;
  block.b = b.data(), block.b_row = n, block.b_column = 1;
  block.c = c.data(), block.c_row = n, block.c_column = 1;
  block.bias = bias, block.bias_per_row = per_row;
  kernels_in_use().matmul.types[static_cast<int>(dtype_of<T>)].multiply(block);
  int wrong = 0;
  for (std::int64_t i = 0; i < m; ++i)
    for (std::int64_t j = 0; j < n; ++j) {
      T sum = bias == nullptr ? T(0) : bias[per_row ? i : j];
      for (std::int64_t p = 0; p < k; ++p)
        sum += a[i * block.a_row + p * block.a_column] * b[p * n + j];
      wrong += c[i * n + j] != sum;
    }
  return wrong;
}

template <class T>
std::int64_t vector_length() {
  return kernels_in_use().matmul.types[static_cast<int>(dtype_of<T>)].columns / 2;
}

}  // namespace

TEST_CASE_TEMPLATE("matmul: a row, and rows of a short k, are written to their end and no further",
                   T, float, double) {
  const std::int64_t w = vector_length<T>();
  std::vector<T> bias(static_cast<std::size_t>(60 * w));
  for (std::size_t i = 0; i < bias.size(); ++i) bias[i] = static_cast<T>(i % 11);
  for (const std::int64_t n :
       {w, 4 * w - 1, 4 * w, 5 * w + 3, 12 * w, 13 * w - 1, 24 * w, 29 * w + 1, 52 * w + 2})
    for (const auto& size : {std::pair(1, 1), {1, 2}, {1, 3}, {1, 40}, {2, 1}, {9, 2}, {40, 1}}) {
      const std::int64_t m = size.first, k = size.second;
      CAPTURE(n);
      CAPTURE(m);
      CAPTURE(k);
      for (const Way way : {rows_of_a_lie_gapless, columns_of_a_do}) {
        CHECK(wrong_elements<T>(m, n, k, way, nullptr, false) == 0);
        CHECK(wrong_elements<T>(m, n, k, way, bias.data(), false) == 0);
        CHECK(wrong_elements<T>(m, n, k, way, bias.data(), true) == 0);
      }
    }
}

TEST_CASE_TEMPLATE("matmul: panels are packed without a look beyond the matrix", T, float, double) {
  const std::int64_t w = vector_length<T>();
  const std::vector<T> bias(static_cast<std::size_t>(100), T(3));
  for (const std::int64_t m : {1, 2, 5, 6, 7, 13, 14, 15, 28, 29, 47, 90})
    for (const std::int64_t n : {w, 2 * w, 3 * w + 1})
      for (const std::int64_t k : {1, 2, 9, 20}) {
        CAPTURE(m);
        CAPTURE(n);
        CAPTURE(k);
        CHECK(wrong_elements<T>(m, n, k, columns_of_a_are_packed, nullptr, false) == 0);
        CHECK(wrong_elements<T>(m, n, k, columns_of_a_are_packed, bias.data(), true) == 0);
      }
}
