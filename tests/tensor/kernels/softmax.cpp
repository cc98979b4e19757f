// Covers: tensor/kernels/normalize/powers.hpp
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <tensor/machine/isa.hpp>
#include <tests/tensor/kernels/guarded.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;

namespace {

constexpr std::int64_t rows = 3;

}  // namespace

TEST_CASE_TEMPLATE("softmax kernels: every length, up to the last element and no further", T, float,
                   double) {
  const kernels::SoftmaxKernels& softmax = kernels_in_use().softmax;
  constexpr double roundings = 8 * static_cast<double>(std::numeric_limits<T>::epsilon());
  for (std::int64_t n = 1; n <= 70; ++n) {
    const Guarded<T> x(rows * n), y(rows * n), logs(rows * n), sums(rows), shifts(rows);
    for (std::int64_t i = 0; i < rows * n; ++i) x[i] = static_cast<T>(i * 37 % 101 - 60) / 8;
    softmax.log_rows[type_of<T>](logs.data(), x.data(), rows, n);
    softmax.rows[type_of<T>](y.data(), x.data(), rows, n);
    softmax.power_sums[type_of<T>](sums.data(), shifts.data(), x.data(), rows, n);
    int wrong = 0;
    for (std::int64_t row = 0; row < rows; ++row) {
      const T* const from = x.data() + row * n;
      const T largest = *std::max_element(from, from + n);
      double sum = 0;
      for (std::int64_t i = 0; i < n; ++i) sum += std::exp(static_cast<double>(from[i] - largest));
      wrong += shifts[row] != largest;
      wrong += !(std::abs(static_cast<double>(sums[row]) - sum) <= roundings * sum);
      for (std::int64_t i = 0; i < n; ++i) {
        const double expected = std::exp(static_cast<double>(from[i] - largest)) / sum;
        const double found = static_cast<double>(y[row * n + i]);
        wrong += !(std::abs(found - expected) <= roundings * expected);
        const double log = static_cast<double>(from[i] - largest) - std::log(sum);
        wrong += !(std::abs(static_cast<double>(logs[row * n + i]) - log) <=
                   roundings * std::max(1.0, std::abs(log)));
      }
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE_TEMPLATE("softmax kernels: NaN and infinity stay in their row, wherever they stand", T,
                   float, double) {
  const kernels::SoftmaxKernels& softmax = kernels_in_use().softmax;
  int wrong = 0;
  for (const std::int64_t n : {2, 7, 16, 17, 70})
    for (std::int64_t at = 0; at < n; ++at) {
      const Guarded<T> x(rows * n), y(rows * n), logs(rows * n), sums(rows), shifts(rows);
      for (std::int64_t i = 0; i < rows * n; ++i) x[i] = 1;
      x[at] = -infinity<T>;
      x[n + at] = std::numeric_limits<T>::quiet_NaN();
      x[2 * n + at] = infinity<T>;
      softmax.rows[type_of<T>](y.data(), x.data(), rows, n);
      softmax.power_sums[type_of<T>](sums.data(), shifts.data(), x.data(), rows, n);
      softmax.log_rows[type_of<T>](logs.data(), x.data(), rows, n);
      for (std::int64_t i = 0; i < n; ++i) {
        wrong += y[i] != (i == at ? T(0) : 1 / static_cast<T>(n - 1));
        wrong += i == at ? logs[i] != -infinity<T> : !(logs[i] <= 0 && logs[i] > -5);
        wrong += !(std::isnan(y[n + i]) && std::isnan(logs[n + i]));
        wrong += !(std::isnan(y[2 * n + i]) && std::isnan(logs[2 * n + i]));
      }
      wrong += !(shifts[0] == 1 && sums[0] == static_cast<T>(n - 1));
      wrong += !(std::isnan(shifts[1]) && std::isnan(sums[1]));
      wrong += !(shifts[2] == infinity<T> && std::isnan(sums[2]));
    }
  CHECK(wrong == 0);
}

TEST_CASE_TEMPLATE("softmax kernels: of nothing the sum is 0, of nothing but -infinity it is NaN",
                   T, float, double) {
  const auto power_sums = kernels_in_use().softmax.power_sums[type_of<T>];
  for (const std::int64_t n : {0, 1, 5, 16, 17}) {
    const Guarded<T> x(n);
    for (std::int64_t i = 0; i < n; ++i) x[i] = -infinity<T>;
    T sum = 777, shift = 777;
    power_sums(&sum, &shift, x.data(), 1, n);
    CHECK((n == 0 ? sum == 0 : std::isnan(sum)));
    CHECK(shift == -infinity<T>);
  }
}

TEST_CASE_TEMPLATE("softmax kernels: small shares keep their digits, and what vanishes is 0", T,
                   float, double) {
  const auto softmax = kernels_in_use().softmax.rows[type_of<T>];
  const std::int64_t n = 1024;
  const Guarded<T> x(n), y(n);
  const auto run = [&](const auto& element) {
    for (std::int64_t i = 0; i < n; ++i) x[i] = i == 7 ? T(0) : static_cast<T>(element(i));
    softmax(y.data(), x.data(), 1, n);
  };
  for (const double range : {1.0, 80.0}) {
    run([&](std::int64_t i) { return -range * (static_cast<double>(i) + 0.3) / n; });
    double sum = 0, worst = 0;
    for (std::int64_t i = 0; i < n; ++i) sum += std::exp(static_cast<double>(x[i]));
    for (std::int64_t i = 0; i < n; ++i) {
      const double share = std::exp(static_cast<double>(x[i])) / sum;
      worst = std::max(worst, std::abs(static_cast<double>(y[i]) / share - 1));
    }
    CHECK(worst <= 8 * static_cast<double>(std::numeric_limits<T>::epsilon()));
  }
  for (const double far : {1e3, 1e4, 1e9, 1e20, 1e30, 3e38}) {
    run([&](std::int64_t i) { return i % 3 == 0 ? -far : -infinity<double>; });
    for (std::int64_t i = 0; i < n; ++i) REQUIRE(y[i] == (i == 7 ? T(1) : T(0)));
  }
}
