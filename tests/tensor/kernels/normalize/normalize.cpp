// Covers: tensor/kernels/normalize/moments.hpp, tensor/kernels/places.hpp
#include <doctest/doctest.h>

#include <cmath>
#include <tensor/machine/isa.hpp>
#include <tests/tensor/kernels/guarded.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;

namespace {

constexpr std::int64_t rows = 3;

double number(std::int64_t i) { return static_cast<double>(i * 37 % 101 - 60) / 8; }

// How far numbers are from the mean and the squared deviations of `n` elements, `step` apart.
template <class T>
double off(double mean, double squares, const T* x, std::int64_t n, std::int64_t step) {
  double middle = 0, all = 0;
  for (std::int64_t i = 0; i < n; ++i)
    middle += static_cast<double>(x[i * step]) / static_cast<double>(n);
  for (std::int64_t i = 0; i < n; ++i)
    all += std::pow(static_cast<double>(x[i * step]) - middle, 2);
  return std::max(std::abs(mean - middle) / 10, std::abs(squares - all) / (1 + all));
}

}  // namespace

TEST_CASE_TEMPLATE("normalize kernels: every length, up to the last element and no further", T,
                   float, double) {
  const kernels::NormalizeKernels& normalize = kernels_in_use().normalize;
  const double allowed = 16 * static_cast<double>(std::numeric_limits<T>::epsilon());
  int wrong = 0;
  for (std::int64_t n = 1; n <= 150; ++n) {
    const Guarded<T> x(rows * n), dy(rows * n), y(rows * n), gain(n), bias(n), mean(n + rows);
    for (std::int64_t i = 0; i < rows * n; ++i) {
      x[i] = static_cast<T>(number(i));
      dy[i] = static_cast<T>(number(i + 5));
    }
    for (std::int64_t i = 0; i < n; ++i) gain[i] = bias[i] = static_cast<T>(i);
    for (std::int64_t i = 0; i < n + rows; ++i) mean[i] = 1;
    std::vector<double> first(static_cast<std::size_t>(n + rows)), second = first;
    normalize.row_moments[type_of<T>](first.data(), second.data(), x.data(), rows, n);
    for (std::int64_t row = 0; row < rows; ++row)
      wrong += off(first[row], second[row], x.data() + row * n, n, 1) > allowed;
    normalize.column_moments[type_of<T>](first.data(), second.data(), x.data(), rows, n, n);
    for (std::int64_t i = 0; i < n; ++i)
      wrong += off(first[i], second[i], x.data() + i, rows, n) > allowed;
    const kernels::NormalizeArrays of = {.x = x.data(),
                                         .dy = dy.data(),
                                         .mean = mean.data(),
                                         .scale = mean.data(),
                                         .shift = mean.data(),
                                         .slope = mean.data(),
                                         .gain = gain.data(),
                                         .bias = bias.data()};
    normalize.rows_forward[type_of<T>](y.data(), of, rows, n);
    for (std::int64_t i = 0; i < rows * n; ++i)
      wrong += y[i] != (x[i] - 1) * gain[i % n] + bias[i % n];
    for (const bool by_column : {false, true}) {
      normalize.lines[by_column][0][type_of<T>](y.data(), of, rows, n);
      for (std::int64_t i = 0; i < rows * n; ++i) wrong += y[i] != x[i];
      normalize.lines[by_column][1][type_of<T>](y.data(), of, rows, n);
      for (std::int64_t i = 0; i < rows * n; ++i) wrong += y[i] != x[i] + dy[i];
    }
    normalize.row_products[type_of<T>](first.data(), second.data(), of, rows, n);
    for (std::int64_t row = 0; row < rows; ++row) {
      double sum = 0, product = 0;
      for (std::int64_t i = 0; i < n; ++i) {
        const double slope = static_cast<double>(dy[row * n + i] * gain[i]);
        sum += slope;
        product += slope * static_cast<double>(x[row * n + i] - 1);
      }
      wrong += sum != first[row] || product != second[row];  // whole 64ths, exact in float32
    }
    const Guarded<T> gains(n), biases(n);
    for (std::int64_t i = 0; i < n; ++i) gains[i] = biases[i] = 2;
    normalize.rows_back[type_of<T>](y.data(), gains.data(), biases.data(), of, rows, n);
    normalize.column_products[type_of<T>](first.data(), second.data(), of, rows, n, n);
    for (std::int64_t i = 0; i < n; ++i) {
      wrong += static_cast<double>(biases[i]) != first[i] + 2;
      wrong += static_cast<double>(gains[i]) != second[i] + 2;
      wrong += y[i] != x[i] + gain[i] * dy[i];
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE_TEMPLATE("normalize kernels: the first element may lie far from the others", T, float,
                   double) {
  const kernels::NormalizeKernels& normalize = kernels_in_use().normalize;
  for (const std::int64_t n : {100, 4096, 9000}) {
    std::vector<T> x(static_cast<std::size_t>(n), T(1) / 4);
    for (std::size_t i = 0; i < x.size(); i += 2) x[i] = -x[i];
    x[0] = 3000;
    double mean, squares;
    normalize.row_moments[type_of<T>](&mean, &squares, x.data(), 1, n);
    CHECK(off(mean, squares, x.data(), n, 1) < 1e-4);
    normalize.column_moments[type_of<T>](&mean, &squares, x.data(), n, 1, 1);
    CHECK(off(mean, squares, x.data(), n, 1) < 1e-4);
  }
}

TEST_CASE("normalize kernels: deviations of every number of groups, and no further") {
  for (std::int64_t n = 1; n <= 20; ++n) {
    const Guarded<double> squares(n), variance(n), deviation(n);
    for (std::int64_t i = 0; i < n; ++i) squares[i] = static_cast<double>(12 * i);
    kernels_in_use().normalize.deviations(variance.data(), deviation.data(), squares.data(), 4, 1,
                                          n);
    for (std::int64_t i = 0; i < n; ++i) {
      CHECK(variance[i] == static_cast<double>(3 * i));
      CHECK(deviation[i] == doctest::Approx(1 / std::sqrt(3.0 * static_cast<double>(i) + 1)));
    }
  }
}
