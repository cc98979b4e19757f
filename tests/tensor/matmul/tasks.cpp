// Covers: tensor/kernels/matmul/matmul.cpp, tensor/kernels/matmul/tile.hpp,
// tensor/kernels/matmul/matrix_copy.hpp
#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <tensor/machine/parallel.hpp>
#include <tensor/machine/storage.hpp>
#include <tensor/matmul/tasks.hpp>
#include <tests/tensor/support.hpp>
#include <vector>

using namespace ebb;

namespace {

// The first lesson: c = a b in three lines. Beside it the sum of |a| |b|, which bounds the error.
struct Reference {
  Reference(const std::vector<double>& a, const std::vector<double>& b, int m, int n, int k)
      : c(static_cast<std::size_t>(m * n)), size(c) {
    for (int i = 0; i < m; ++i)
      for (int p = 0; p < k; ++p)
        for (int j = 0; j < n; ++j) {
          const double product = a[i * k + p] * b[p * n + j];
          c[i * n + j] += product;
          size[i * n + j] += std::fabs(product);
        }
  }
  std::vector<double> c, size;
};

std::vector<double> fractions(std::int64_t count, std::uint32_t seed) {
  return numbers(count, seed, 24);
}

enum Layout { plain, transposed };

// A [rows, columns] matrix in memory, row after row or column after column.
template <class T>
struct Matrix {
  Matrix(const std::vector<double>& values, std::int64_t rows, std::int64_t columns, Layout layout)
      : elements(values.size()) {
    view = {elements.data(), columns, 1};
    if (layout == transposed) view = {elements.data(), 1, rows};
    for (std::int64_t i = 0; i < rows; ++i)
      for (std::int64_t j = 0; j < columns; ++j)
        elements[i * view.row_stride + j * view.column_stride] =
            static_cast<T>(values[i * columns + j]);
  }
  std::vector<T> elements;
  MatrixView view;
};

constexpr float untouched = 777;
constexpr int gap = 3;  // elements between the rows of c that nobody may write to

// The product with rows `gap` apart; rows without their gaps come back.
template <class T>
std::vector<T> product(std::int64_t m, std::int64_t n, std::int64_t k, MatrixView a, MatrixView b,
                       const T* bias = nullptr) {
  std::vector<T> wide(static_cast<std::size_t>(m * (n + gap)), untouched), c;
  matmul_blocks(dtype_of<T>, m, n, k, a, b, bias, wide.data(), n + gap);
  int written = 0;
  for (std::int64_t i = 0; i < m; ++i) {
    const auto row = wide.begin() + i * (n + gap);
    c.insert(c.end(), row, row + n);
    for (int j = 0; j < gap; ++j) written += row[n + j] != untouched;
  }
  CHECK(written == 0);
  return c;
}

template <class T>
bool same_bits(const std::vector<T>& x, const std::vector<T>& y) {
  return x.size() == y.size() &&
         (x.empty() || std::memcmp(x.data(), y.data(), x.size() * sizeof(T)) == 0);
}

// Is every error within the promised k epsilon sum |a| |b|?
template <class T>
bool within_bound(const std::vector<T>& c, const Reference& reference, int k) {
  const double epsilon = static_cast<double>(std::numeric_limits<T>::epsilon());
  for (std::size_t i = 0; i < c.size(); ++i)
    if (!(std::fabs(static_cast<double>(c[i]) - reference.c[i]) <= k * epsilon * reference.size[i]))
      return false;
  return c.size() == reference.c.size();
}

// One shape in all four layouts: within the bound, with the bias added last, and with the same bits
// but where sums may run along k.
template <class T>
void check_shape(int m, int n, int k) {
  CAPTURE(m);
  CAPTURE(n);
  CAPTURE(k);
  const std::vector<double> a = fractions(m * k, 1), b = fractions(k * n, 2), c = fractions(n, 3);
  const std::vector<T> bias(c.begin(), c.end());
  const Reference reference(a, b, m, n, k);
  std::vector<T> first;
  for (const Layout of_a : {plain, transposed})
    for (const Layout of_b : {plain, transposed}) {
      const Matrix<T> left(a, m, k, of_a), right(b, k, n, of_b);
      std::vector<T> y = product<T>(m, n, k, left.view, right.view);
      CHECK(within_bound(y, reference, k));
      const bool along_k = (of_a == plain || m == 1) && (of_b == transposed || n == 1);
      if (!along_k && first.empty()) first = y;
      if (!along_k) CHECK(same_bits(y, first));
      for (std::size_t i = 0; i < y.size(); ++i) y[i] += bias[i % bias.size()];
      CHECK(same_bits(product<T>(m, n, k, left.view, right.view, bias.data()), y));
    }
}

}  // namespace

TEST_CASE("matmul_blocks: every small float32 shape is within its bound, however it lies") {
  const Threads one(1);
  const int sizes[] = {0, 1, 2, 3, 5, 7, 8, 13, 15, 16, 17, 31, 32, 33, 63, 64, 65, 70};
  for (const int m : sizes)
    for (const int n : sizes)
      for (const int k : sizes) check_shape<float>(m, n, k);
}

TEST_CASE("matmul_blocks: small float64 shapes are within their bound, however they lie") {
  const Threads one(1);
  const int sizes[] = {0, 1, 3, 7, 8, 9, 15, 16, 17, 33, 70};
  for (const int m : sizes)
    for (const int n : sizes)
      for (const int k : sizes) check_shape<double>(m, n, k);
}

// With several levels of k, the last vector of a b in place reaches back over sums that are done.
TEST_CASE("matmul_blocks: halves of large weights are added up the same on any number of threads") {
  const int m = 32, n = 300, k = 401;
  const std::vector<double> a = fractions(m * k, 1), b = fractions(k * n, 2), c = fractions(n, 3);
  const std::vector<float> bias(c.begin(), c.end());
  const Matrix<float> left(a, m, k, plain), right(b, k, n, plain);
  std::vector<float> alone;
  for (const int threads : {1, 2, 3, 8}) {
    const Threads some(threads);
    const auto y = product<float>(m, n, k, left.view, right.view, bias.data());
    if (threads == 1) alone = y;
    CHECK(same_bits(y, alone));
    CHECK(
        within_bound(product<float>(m, n, k, left.view, right.view), Reference(a, b, m, n, k), k));
  }
}

TEST_CASE("matmul_blocks: large matrices give the bits of their thin slices, within the bound") {
  struct {
    int m, n, k;
  } const shapes[] = {{520, 1100, 1030}, {600, 2070, 300}, {1100, 512, 515},
                      {260, 301, 230},   {300, 2060, 250}, {260, 300, 1024},
                      {400, 301, 520},   {210, 151, 516},  {530, 1024, 1024}};
  const Threads two(2);
  for (const auto& shape : shapes) {
    const int m = shape.m, n = shape.n, k = shape.k;
    CAPTURE(m);
    const std::vector<double> a = fractions(m * k, 1), b = fractions(k * n, 2), c = fractions(n, 3);
    const std::vector<float> bias(c.begin(), c.end());
    const Matrix<float> right(b, k, n, plain);
    std::vector<float> sliced;  // slices of 7 rows are too thin to be packed, and to have owners
    const Matrix<float> left(a, m, k, plain);
    for (int row = 0; row < m; row += 7) {
      const auto part =
          product<float>(std::min(7, m - row), n, k, {left.elements.data() + row * k, k, 1},
                         right.view, bias.data());
      sliced.insert(sliced.end(), part.begin(), part.end());
    }
    for (const Layout of_a : {plain, transposed})
      for (const Layout of_b : {plain, transposed}) {
        const Matrix<float> x(a, m, k, of_a), y(b, k, n, of_b);
        CHECK(same_bits(product<float>(m, n, k, x.view, y.view, bias.data()), sliced));
      }
    const int rows = 20;
    const std::vector<double> top(a.begin(), a.begin() + rows * k);
    const auto y = product<float>(rows, n, k, left.view, right.view);
    CHECK(within_bound(y, Reference(top, b, rows, n, k), k));
  }
}

TEST_CASE("matmul_blocks: the last rows of forty shapes drawn at random are within the bound") {
  const Threads two(2);
  std::uint32_t state = 1;
  const auto draw = [&state](std::uint32_t most) {
    state = state * 1664525u + 1013904223u;
    return 1 + static_cast<int>((state >> 8) % most);
  };
  for (int i = 0; i < 40; ++i) {
    const int m = draw(600), n = draw(600), k = i % 4 == 0 ? 1024 : draw(1200);
    const int rows = std::min(m, 8);
    CAPTURE(m);
    CAPTURE(n);
    CAPTURE(k);
    const std::vector<double> a = fractions(m * k, 1), b = fractions(k * n, 2);
    const Matrix<float> x(a, m, k, static_cast<Layout>(i / 4 % 2)),
        y(b, k, n, static_cast<Layout>(i / 8 % 2));
    const auto c = product<float>(m, n, k, x.view, y.view);
    const std::vector<double> last(a.end() - rows * k, a.end());
    CHECK(within_bound<float>({c.end() - rows * n, c.end()}, Reference(last, b, rows, n, k), k));
  }
}

TEST_CASE("matmul_blocks: threads share a large product") {
  const Threads two(2);
  const AllThreads all;
  const Matrix<float> a(fractions(256 * 256, 1), 256, 256, plain);
  product<float>(256, 256, 256, a.view, a.view);
  CHECK(threads_that_ran() == 2);
}

TEST_CASE("matmul_blocks: any number of threads gives the same bits") {
  struct {
    int m, n, k;
  } const shapes[] = {{32, 256, 784}, {128, 400, 100},  {784, 256, 32},  {20, 400, 128},
                      {400, 20, 128}, {1, 3000, 500},   {3000, 1, 500},  {97, 113, 131},
                      {300, 37, 90},  {520, 530, 1020}, {128, 200, 200}, {256, 784, 128},
                      {512, 50, 200}, {600, 100, 1000}, {5, 500, 400}};
  for (const auto& shape : shapes) {
    const int m = shape.m, n = shape.n, k = shape.k;
    CAPTURE(m);
    CAPTURE(n);
    REQUIRE(std::int64_t{m} * n * k > 600'000);  // shared over threads
    const std::vector<double> a = fractions(m * k, 1), b = fractions(k * n, 2), c = fractions(n, 3);
    const std::vector<float> bias(c.begin(), c.end());
    for (const Layout of_a : {plain, transposed})
      for (const Layout of_b : {plain, transposed}) {
        const Matrix<float> left(a, m, k, of_a), right(b, k, n, of_b);
        std::vector<float> first;
        for (int count = 1; count <= 8; ++count) {
          const Threads some(count);
          const auto y = product<float>(m, n, k, left.view, right.view, bias.data());
          if (first.empty()) first = y;
          CHECK(same_bits(y, first));
          const AllThreads all;
          CHECK(same_bits(product<float>(m, n, k, left.view, right.view, bias.data()), first));
        }
      }
    if (m > 500) continue;
    const Matrix<float> left(a, m, k, transposed), right(b, k, n, transposed);
    const auto y = product<float>(m, n, k, left.view, right.view);
    CHECK(within_bound(y, Reference(a, b, m, n, k), k));
  }
}

TEST_CASE("matmul_blocks: repeated, reversed and spread elements are read where they lie") {
  const std::int64_t m = 19, n = 21, k = 18;
  const std::vector<float> values = [] {
    const auto doubles = fractions(4000, 5);
    return std::vector<float>(doubles.begin(), doubles.end());
  }();
  const float* const middle = values.data() + 2000;
  const std::int64_t strides[][2] = {{0, 1}, {1, 0}, {0, 0}, {-40, -1}, {-1, 40}, {80, 3}, {3, -7}};
  const auto dense = [&](const std::int64_t(&s)[2], std::int64_t rows, std::int64_t columns,
                         Layout layout) {
    std::vector<double> copy;
    for (std::int64_t i = 0; i < rows; ++i)
      for (std::int64_t j = 0; j < columns; ++j) copy.push_back(middle[i * s[0] + j * s[1]]);
    return Matrix<float>(copy, rows, columns, layout);
  };
  for (const auto& of_a : strides)
    for (const auto& of_b : strides) {
      const auto y =
          product<float>(m, n, k, {middle, of_a[0], of_a[1]}, {middle, of_b[0], of_b[1]});
      const bool along_k = of_a[1] == 1 && of_b[0] == 1;
      const Matrix<float> left = dense(of_a, m, k, plain);
      const Matrix<float> right = dense(of_b, k, n, along_k ? transposed : plain);
      CHECK(same_bits(y, product<float>(m, n, k, left.view, right.view)));
    }
}

TEST_CASE("matmul_blocks: NaN and infinity reach what they belong to, and nothing else") {
  for (const Layout layout : {plain, transposed})
    for (const int n : {3, 17, 33, 70}) {
      const int m = 33, k = 20;
      std::vector<double> a(m * k, 1), b(k * n, 1);
      a[5 * k + 3] = NAN;
      b[7 * n + n - 1] = INFINITY;
      a[9 * k + 7] = 0;
      const Matrix<float> left(a, m, k, layout), right(b, k, n, layout);
      const auto c = product<float>(m, n, k, left.view, right.view);
      int wrong = 0;
      for (int i = 0; i < m; ++i)
        for (int j = 0; j < n; ++j) {
          const float value = c[i * n + j];
          const bool zero_times_infinity = i == 9 && j == n - 1;
          if (i == 5 || zero_times_infinity)
            wrong += !std::isnan(value);
          else if (j == n - 1)
            wrong += value != INFINITY;
          else
            wrong += value != (i == 9 ? 19 : 20);
        }
      CHECK(wrong == 0);
    }
}

TEST_CASE("matmul_blocks: the second time it asks the system for no memory") {
  const Matrix<float> a(fractions(32 * 600, 1), 32, 600, plain);
  const Matrix<float> b(fractions(600 * 300, 2), 600, 300, transposed);
  product<float>(32, 300, 600, a.view, b.view);
  const std::uint64_t misses = memory_use().misses;
  for (int i = 0; i < 10; ++i) product<float>(32, 300, 600, a.view, b.view);
  CHECK(memory_use().misses == misses);
}
