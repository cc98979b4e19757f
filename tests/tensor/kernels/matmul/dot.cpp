#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <tensor/machine/isa.hpp>
#include <tests/tensor/kernels/guarded.hpp>
#include <tests/tensor/support.hpp>
#include <tuple>
#include <vector>

using namespace ebb;

namespace {

template <class T>
const kernels::MatmulKernels::Type& kernel() {
  return kernels_in_use().matmul.types[static_cast<int>(dtype_of<T>)];
}

template <class T>
constexpr std::int64_t vector_length() {
  return kernel<T>().columns / 2;
}

// a [m, k] and bᵀ [n, k], whose last rows end where nobody may read.
template <class T>
struct Factors {
  Factors(std::int64_t m, std::int64_t n, std::int64_t k) : a(m * k), b(n * k) {
    for (std::int64_t i = 0; i < m * k; ++i) a[i] = static_cast<T>(std::sin(1 + i));
    for (std::int64_t i = 0; i < n * k; ++i) b[i] = static_cast<T>(std::cos(2 * i));
    block.m = m, block.n = n, block.k = k;
    block.a = a.data(), block.a_row = k, block.a_column = 1;
    block.b = b.data(), block.b_row = 1, block.b_column = k;
  }
  std::vector<T> product(const T* bias = nullptr) {
    std::vector<T> c(static_cast<std::size_t>(block.m * block.n), 777);
    block.c = c.data(), block.c_row = block.n, block.c_column = 1;
    block.bias = bias;
    kernel<T>().multiply_along_k(block);
    return c;
  }
  Guarded<T> a, b;
  kernels::MatmulBlock block = {};
};

// The largest error as a part of k epsilon sum |a| |b|, which bounds it.
template <class T>
double share_of_bound(Factors<T>& factors) {
  const auto c = factors.product();
  const auto [m, n, k] = std::tuple(factors.block.m, factors.block.n, factors.block.k);
  double worst = 0;
  for (std::int64_t i = 0; i < m; ++i)
    for (std::int64_t j = 0; j < n; ++j) {
      double sum = 0, size = 0;
      for (std::int64_t p = 0; p < k; ++p) {
        const double product =
            static_cast<double>(factors.a[i * k + p]) * static_cast<double>(factors.b[j * k + p]);
        sum += product;
        size += std::fabs(product);
      }
      const double epsilon = static_cast<double>(std::numeric_limits<T>::epsilon());
      worst = std::max(worst, std::fabs(static_cast<double>(c[i * n + j]) - sum) /
                                  (static_cast<double>(k) * epsilon * size));
    }
  return worst;
}

}  // namespace

TEST_CASE_TEMPLATE("matmul along k: every height, width and tail is within its bound", T, float,
                   double) {
  const std::int64_t w = vector_length<T>();
  for (const std::int64_t m : {1, 2, 3, 4, 5, 7, 9})
    for (const std::int64_t n : {1, 2, 5, 6, 7, 12, 13, 39})
      for (const std::int64_t k : {w, w + 1, 2 * w - 1, 2 * w, 5 * w + 3}) {
        CAPTURE(m);
        CAPTURE(n);
        CAPTURE(k);
        Factors<T> factors(m, n, k);
        CHECK(share_of_bound(factors) <= 1);
      }
}

TEST_CASE_TEMPLATE("matmul along k: a bias per column or row is added last", T, float, double) {
  Factors<T> factors(5, 7, vector_length<T>() + 2);
  const std::vector<T> bias = {1, 2, 3, 4, 5, 6, 7}, plain = factors.product();
  for (const bool per_row : {false, true}) {
    factors.block.bias_per_row = per_row;
    const std::vector<T> c = factors.product(bias.data());
    for (std::size_t i = 0; i < c.size(); ++i)
      CHECK(c[i] == plain[i] + bias[per_row ? i / 7 : i % 7]);
  }
}

// The last step reads some elements again, with zeros in their place: zero times infinity is NaN.
TEST_CASE_TEMPLATE("matmul along k: an infinity counts once, a NaN is not lost", T, float, double) {
  const std::int64_t k = 2 * vector_length<T>() + 1;
  for (std::int64_t place = 0; place < k; ++place) {
    Factors<T> factors(2, 3, k);
    for (std::int64_t i = 0; i < 2 * k; ++i) factors.a[i] = 1;
    factors.b[k + place] = std::numeric_limits<T>::infinity();
    factors.a[k + place] = std::numeric_limits<T>::quiet_NaN();
    const std::vector<T> c = factors.product();
    CHECK(std::isfinite(c[0]));
    CHECK(c[1] == std::numeric_limits<T>::infinity());
    CHECK(std::isfinite(c[2]));
    for (int j = 3; j < 6; ++j) CHECK(std::isnan(c[j]));
  }
}

TEST_CASE_TEMPLATE("matmul along k: a column has the same bits alone as among others", T, float,
                   double) {
  const std::int64_t w = vector_length<T>(), n = 2 * w + 5;
  for (std::int64_t k = w; k <= 3 * w; ++k)
    for (const std::int64_t m : {1, 5}) {
      Factors<T> factors(m, n, k);
      const std::vector<T> together = factors.product();
      factors.block.n = 1;
      int different = 0;
      for (std::int64_t j = 0; j < n; ++j) {
        factors.block.b = factors.b.data() + j * k;
        const std::vector<T> alone = factors.product();
        for (std::int64_t i = 0; i < m; ++i)
          different += std::memcmp(&alone[i], &together[i * n + j], sizeof(T)) != 0;
      }
      CHECK(different == 0);
    }
}
