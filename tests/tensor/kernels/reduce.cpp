// Covers: tensor/kernels/reduce_row.hpp
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <tensor/machine/isa.hpp>
#include <tests/tensor/kernels/guarded.hpp>
#include <tests/tensor/support.hpp>
#include <vector>

using namespace ebb;

namespace {

template <class T>
T reduced(const kernels::ReduceKernels::Loops& loops, const T* x, std::int64_t n) {
  T y[2] = {777, 777};
  loops.rows[type_of<T>](y, x, 1, n);
  CHECK(y[1] == 777);
  return y[0];
}

}  // namespace

TEST_CASE_TEMPLATE("reduce kernels: of nothing they give what changes nothing", T, float, double) {
  const kernels::ReduceKernels& reduce = kernels_in_use().reduce;
  CHECK(reduced<T>(reduce.sum, nullptr, 0) == 0);
  CHECK(reduced<T>(reduce.product, nullptr, 0) == 1);
  CHECK(reduced<T>(reduce.maximum, nullptr, 0) == -infinity<T>);
  CHECK(reduced<T>(reduce.minimum, nullptr, 0) == infinity<T>);
}

TEST_CASE_TEMPLATE("reduce kernels: every length, up to the last element and no further", T, float,
                   double) {
  const kernels::ReduceKernels& reduce = kernels_in_use().reduce;
  for (std::int64_t n = 1; n <= 150; ++n) {
    const Guarded<T> x(n);
    T sum = 0, largest = -infinity<T>, smallest = infinity<T>;
    for (std::int64_t i = 0; i < n; ++i) {
      x[i] = static_cast<T>(i * 37 % 101 - 60) / 8;  // sums of these are exact
      sum += x[i];
      largest = std::max(largest, x[i]);
      smallest = std::min(smallest, x[i]);
    }
    CHECK(reduced<T>(reduce.sum, x.data(), n) == sum);
    CHECK(reduced<T>(reduce.maximum, x.data(), n) == largest);
    CHECK(reduced<T>(reduce.minimum, x.data(), n) == smallest);
  }
}

TEST_CASE_TEMPLATE("reduce kernels: products of rows and columns, to the last factor", T, float,
                   double) {
  const kernels::ReduceKernels::Loops& product = kernels_in_use().reduce.product;
  for (std::int64_t n = 1; n <= 150; ++n) {
    const Guarded<T> x(3 * n), y(n);
    T expected = 1;  // powers of two are exact
    for (std::int64_t i = 0; i < n; ++i) {
      x[i] = x[n + i] = x[2 * n + i] = static_cast<T>(i * 37 % 5 == 0   ? -2
                                                      : i * 37 % 5 == 1 ? 0.5
                                                                        : 1);
      expected *= x[i];
    }
    CHECK(reduced<T>(product, x.data(), n) == expected);
    product.columns[type_of<T>](y.data(), x.data(), 3, n, n);
    int wrong = 0;
    for (std::int64_t i = 0; i < n; ++i) wrong += y[i] != x[i] * x[i] * x[i];
    CHECK(wrong == 0);
    x[n - 1] = 0;
    CHECK(reduced<T>(product, x.data(), n) == 0);
  }
}

TEST_CASE_TEMPLATE("reduce kernels: padding does not hide elements that are all on one side", T,
                   float, double) {
  const kernels::ReduceKernels& reduce = kernels_in_use().reduce;
  for (std::int64_t n = 1; n <= 40; ++n) {
    const std::vector<T> below(static_cast<std::size_t>(n), T(-3)), above(below.size(), T(3));
    CHECK(reduced<T>(reduce.maximum, below.data(), n) == -3);
    CHECK(reduced<T>(reduce.minimum, above.data(), n) == 3);
  }
}

TEST_CASE_TEMPLATE("reduce kernels: a NaN is the sum, the largest and the smallest", T, float,
                   double) {
  const kernels::ReduceKernels& reduce = kernels_in_use().reduce;
  int wrong = 0;
  for (const std::int64_t n : {1, 5, 16, 33, 150})
    for (std::int64_t at = 0; at < n; ++at) {
      std::vector<T> x(static_cast<std::size_t>(n), T(1));
      x[static_cast<std::size_t>(at)] = std::numeric_limits<T>::quiet_NaN();
      for (const auto& kind : {reduce.sum, reduce.product, reduce.maximum, reduce.minimum})
        wrong += !std::isnan(reduced<T>(kind, x.data(), n));
    }
  CHECK(wrong == 0);
}

TEST_CASE_TEMPLATE("reduce kernels: the bits do not depend on where the elements lie", T, float,
                   double) {
  const kernels::ReduceKernels::Loops& loops = kernels_in_use().reduce.sum;
  std::vector<T> room(200);
  for (const std::int64_t n : {3, 17, 70, 151}) {
    T first = 0;
    int wrong = 0;
    for (std::int64_t shift = 0; shift < 16; ++shift) {
      for (std::int64_t i = 0; i < n; ++i)
        room[static_cast<std::size_t>(shift + i)] = 1 / static_cast<T>(i + 3);
      const T sum = reduced<T>(loops, room.data() + shift, n);
      if (shift == 0) first = sum;
      wrong += sum != first;
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE_TEMPLATE("reduce kernels: columns of every number, from rows that lie apart", T, float,
                   double) {
  const kernels::ReduceKernels& reduce = kernels_in_use().reduce;
  constexpr std::int64_t rows = 5, gap = 3;
  for (std::int64_t n = 1; n <= 150; ++n) {
    const std::int64_t step = n + gap;
    const Guarded<T> x(rows * step - gap), sums(n), largest(n), smallest(n);
    for (std::int64_t i = 0; i < rows * step - gap; ++i)
      x[i] = i % step < n ? static_cast<T>(i * 37 % 101 - 60) / 8 : infinity<T>;
    reduce.sum.columns[type_of<T>](sums.data(), x.data(), rows, n, step);
    reduce.maximum.columns[type_of<T>](largest.data(), x.data(), rows, n, step);
    reduce.minimum.columns[type_of<T>](smallest.data(), x.data(), rows, n, step);
    int wrong = 0;
    for (std::int64_t i = 0; i < n; ++i) {
      T sum = 0, high = -infinity<T>, low = infinity<T>;
      for (std::int64_t row = 0; row < rows; ++row) {
        sum += x[row * step + i];
        high = std::max(high, x[row * step + i]);
        low = std::min(low, x[row * step + i]);
      }
      wrong += sums[i] != sum || largest[i] != high || smallest[i] != low;
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE_TEMPLATE("reduce kernels: a NaN in a column is its sum, largest and smallest", T, float,
                   double) {
  const kernels::ReduceKernels& reduce = kernels_in_use().reduce;
  constexpr std::int64_t rows = 3;
  int wrong = 0;
  for (const std::int64_t n : {1, 5, 16, 33, 150})
    for (std::int64_t at = 0; at < rows * n; ++at) {
      std::vector<T> x(static_cast<std::size_t>(rows * n), T(1)), y(static_cast<std::size_t>(n));
      x[static_cast<std::size_t>(at)] = std::numeric_limits<T>::quiet_NaN();
      for (const auto& kind : {reduce.sum, reduce.product, reduce.maximum, reduce.minimum}) {
        kind.columns[type_of<T>](y.data(), x.data(), rows, n, n);
        for (std::int64_t i = 0; i < n; ++i)
          wrong += std::isnan(y[static_cast<std::size_t>(i)]) != (i == at % n);
      }
    }
  CHECK(wrong == 0);
}

TEST_CASE_TEMPLATE("reduce kernels: argmax and argmin find the first of equals everywhere", T,
                   float, double, std::int32_t) {
  const int type = std::is_same_v<T, std::int32_t> ? 2 : type_of<T>;
  const kernels::ReduceKernels& reduce = kernels_in_use().reduce;
  int wrong = 0;
  const auto look = [&](const Guarded<T>& x, std::int64_t n, std::int64_t expected) {
    const Guarded<T> turned(2 * n);
    for (std::int64_t i = 0; i < 2 * n; ++i) turned[i] = -x[i];
    std::int32_t found[2] = {-1, -1};  // two rows, of which the first lacks its largest
    reduce.argmax[type](found, x.data(), 2, n);
    wrong += found[0] != 0 || found[1] != expected;
    reduce.argmin[type](found, turned.data(), 2, n);
    wrong += found[0] != 0 || found[1] != expected;
  };
  for (std::int64_t n = 1; n <= 70; ++n) {
    const Guarded<T> x(2 * n);
    for (std::int64_t at = 0; at < n; ++at) {
      for (std::int64_t i = 0; i < 2 * n; ++i) x[i] = -7;
      x[n + at] = -5;
      look(x, n, at);
      x[2 * n - 1] = -5;  // an equal behind it
      look(x, n, at);
      if constexpr (std::is_floating_point_v<T>) {
        x[n + at] = x[2 * n - 1] = std::numeric_limits<T>::quiet_NaN();
        look(x, n, at);
        x[n] = infinity<T>;
        look(x, n, at == 0 ? n - 1 : at);
      }
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE_TEMPLATE("reduce kernels: argmax of the smallest alone, argmin of the largest", T, float,
                   double, std::int32_t) {
  const int type = std::is_same_v<T, std::int32_t> ? 2 : type_of<T>;
  const T least = std::is_same_v<T, std::int32_t> ? std::numeric_limits<T>::lowest() : -infinity<T>;
  for (const std::int64_t n : {1, 3, 16, 17, 70}) {
    const std::vector<T> x(static_cast<std::size_t>(n), least);
    std::int32_t found = -1;
    kernels_in_use().reduce.argmax[type](&found, x.data(), 1, n);
    CHECK(found == 0);
    const T most = std::is_same_v<T, std::int32_t> ? std::numeric_limits<T>::max() : infinity<T>;
    const std::vector<T> high(x.size(), most);
    kernels_in_use().reduce.argmin[type](&(found = -1), high.data(), 1, n);
    CHECK(found == 0);
  }
}
