#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <tensor/kernels/table.hpp>
#include <tensor/machine/isa.hpp>
#include <tests/tensor/kernels/guarded.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;
using kernels::AttentionRows;

namespace {

constexpr std::int64_t count = 3;

template <class T>
void fill(const Guarded<T>& x, std::int64_t n, int seed) {
  for (std::int64_t i = 0; i < n; ++i) x[i] = static_cast<T>((i + seed) * 37 % 101 - 50) / 16;
}

}  // namespace

TEST_CASE_TEMPLATE(
    "attention kernels: weights of every length, causal or not, with and without a "
    "bias",
    T, float, double) {
  const kernels::AttentionKernels& attention = kernels_in_use().attention;
  constexpr double roundings = 16 * static_cast<double>(std::numeric_limits<T>::epsilon());
  for (std::int64_t n = 1; n <= 70; ++n)
    for (const bool causal : {false, true})
      for (const bool biased : {false, true}) {
        const AttentionRows rows = {count, n, (n + 15) / 16 * 16,
                                    causal ? std::min<std::int64_t>(2, n) : n, causal};
        const Guarded<T> x(count * rows.step), was(count * rows.step), bias(count * n);
        fill(x, count * rows.step, 3), fill(was, count * rows.step, 3), fill(bias, count * n, 8);
        attention.weigh[type_of<T>](x.data(), rows, 0.25, biased ? bias.data() : nullptr, n);
        int wrong = 0;
        for (std::int64_t row = 0; row < count; ++row) {
          const std::int64_t seen = std::min(n, rows.first + row * rows.more);
          const auto power = [&](std::int64_t i) {
            const double added = biased ? static_cast<double>(bias[row * n + i]) : 0;
            return std::exp(0.25 * static_cast<double>(was[row * rows.step + i]) + added);
          };
          double sum = 0;
          for (std::int64_t i = 0; i < seen; ++i) sum += power(i);
          for (std::int64_t i = 0; i < n; ++i) {
            const double expected = i < seen ? power(i) / sum : 0;
            const double found = static_cast<double>(x[row * rows.step + i]);
            wrong += !(std::abs(found - expected) <= roundings * std::max(expected, 1e-3));
          }
        }
        CHECK(wrong == 0);
      }
}

TEST_CASE_TEMPLATE("attention kernels: gradients of scores, whatever stands behind a row", T, float,
                   double) {
  const auto back = kernels_in_use().attention.weigh_back[type_of<T>];
  constexpr double roundings = 64 * static_cast<double>(std::numeric_limits<T>::epsilon());
  for (std::int64_t n = 1; n <= 70; ++n) {
    const AttentionRows rows = {count, n, (n + 15) / 16 * 16, n, 0};
    const Guarded<T> dy(count * rows.step), was(count * rows.step), y(count * rows.step);
    fill(dy, count * rows.step, 3), fill(was, count * rows.step, 3), fill(y, count * rows.step, 5);
    for (std::int64_t row = 0; row < count; ++row)
      for (std::int64_t i = n; i < rows.step; ++i)
        dy[row * rows.step + i] = infinity<T>, y[row * rows.step + i] = 0;
    back(dy.data(), y.data(), rows, 0.5);
    int wrong = 0;
    for (std::int64_t row = 0; row < count; ++row) {
      const T *const d = was.data() + row * rows.step, *const w = y.data() + row * rows.step;
      double sum = 0, size = 1;
      for (std::int64_t i = 0; i < n; ++i) {
        sum += static_cast<double>(d[i]) * static_cast<double>(w[i]);
        size += std::abs(static_cast<double>(d[i]) * static_cast<double>(w[i]));
      }
      for (std::int64_t i = 0; i < n; ++i) {
        const double expected = 0.5 * static_cast<double>(w[i]) * (static_cast<double>(d[i]) - sum);
        wrong += !(std::abs(static_cast<double>(dy[row * rows.step + i]) - expected) <=
                   roundings * size);
      }
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE_TEMPLATE("attention kernels: a row without a score is 0, one with NaN or infinity is NaN",
                   T, float, double) {
  const auto weigh = kernels_in_use().attention.weigh[type_of<T>];
  for (const std::int64_t n : {0, 1, 5, 16, 19}) {
    const AttentionRows rows = {count, n, 32, n, 0};
    const Guarded<T> x(count * rows.step);
    for (std::int64_t i = 0; i < count * rows.step; ++i) x[i] = i < rows.step ? -infinity<T> : T(1);
    if (n > 0)
      x[rows.step + n - 1] = std::numeric_limits<T>::quiet_NaN(), x[2 * rows.step] = infinity<T>;
    weigh(x.data(), rows, 1, nullptr, 0);
    for (std::int64_t i = 0; i < n; ++i) {
      CHECK(x[i] == 0);
      CHECK(std::isnan(x[rows.step + i]));
      CHECK(std::isnan(x[2 * rows.step]));
    }
  }
}
