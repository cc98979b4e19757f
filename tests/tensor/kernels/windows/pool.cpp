#include <doctest/doctest.h>

#include <tensor/machine/isa.hpp>
#include <tests/tensor/kernels/guarded.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;

TEST_CASE_TEMPLATE("pool kernels: every width, up to the last element and no further", T, float,
                   double) {
  const kernels::PoolKernels& pool = kernels_in_use().pool;
  int wrong = 0;
  for (std::int64_t n = 2; n <= 70; ++n) {
    const Guarded<T> x(2 * n), y(n / 2), scratch(2 * n);
    const Guarded<std::int32_t> at(n / 2);
    for (std::int64_t i = 0; i < 2 * n; ++i) x[i] = static_cast<T>(i * 37 % 101);
    const kernels::PoolWindows windows = {{2, n}, {1, n / 2}, {2, 2}, {2, 2}, {0, 0}, {1, 1}};
    pool.max_pool[type_of<T>](y.data(), at.data(), x.data(), scratch.data(), 0, 1, windows);
    for (std::int64_t i = 0; i < n / 2; ++i) {
      wrong += y[i] !=
               std::max(std::max(x[2 * i], x[2 * i + 1]), std::max(x[n + 2 * i], x[n + 2 * i + 1]));
      wrong += x[at[i]] != y[i];
    }
    std::vector<std::int64_t> first, count(static_cast<std::size_t>(n / 2), 2);
    for (std::int64_t i = 0; i < n / 2; ++i) first.push_back(2 * i);
    const std::vector<T> weights(static_cast<std::size_t>(n), 1);
    const kernels::Band rows = {2, 1, 2, first.data(), count.data(), weights.data(), true};
    const kernels::Band columns = {n, n / 2, 2, first.data(), count.data(), weights.data(), true};
    pool.resample[type_of<T>](y.data(), x.data(), scratch.data(), 0, 1, rows, columns);
    for (std::int64_t i = 0; i < n / 2; ++i)
      wrong += y[i] != x[2 * i] + x[2 * i + 1] + x[n + 2 * i] + x[n + 2 * i + 1];
  }
  CHECK(wrong == 0);
}
