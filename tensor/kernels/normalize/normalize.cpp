// What normalizations make of means and squared deviations: along rows, and down columns. Compiled
// once per instruction set.
#include <tensor/kernels/normalize/moments.hpp>

namespace ebb::kernels {
namespace {

constexpr std::int64_t shortest_alone = 1024;

// Of short rows. What they add up is folded together.
template <class T>
void short_row_moments(double* mean, double* squares, const T* x, std::int64_t rows,
                       std::int64_t n) {
  Waiting<T> waiting[2];
  alignas(64) T sums[2][width<T>], first[width<T>];
  for (std::int64_t row = 0; row < rows; row += width<T>, mean += width<T>, squares += width<T>) {
    const std::int64_t count = smaller(width<T>, rows - row), at = row * n;
    for (std::int64_t i = 0; i < count; ++i) {
      Vector<T> lanes[2];
      add_differences(lanes, x + at + i * n, n, at + i * n);
      waiting[0].put(i, lanes[0]);
      waiting[1].put(i, lanes[1]);
      first[i] = x[at + i * n];
    }
    waiting[0].template fold_into<Sum>(sums[0], count);
    waiting[1].template fold_into<Sum>(sums[1], count);
    bool lost[width<T>], some = false;
    for (std::int64_t i = 0; i < count; ++i)
      some |= lost[i] =
          measure_by(mean[i], squares[i], static_cast<double>(first[i]),
                     static_cast<double>(sums[0][i]), static_cast<double>(sums[1][i]), n);
    for (std::int64_t i = 0; some && i < count; ++i)
      if (lost[i]) measure_again(squares[i], mean[i], x + at + i * n, n, at + i * n);
  }
}

// Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample
// variances", 1979.
template <class T>
void row_moments(double* mean, double* squares, const void* x, std::int64_t rows, std::int64_t n) {
  const T* from = static_cast<const T*>(x);
  if (n <= shortest_alone) return short_row_moments(mean, squares, from, rows, n);
  for (std::int64_t row = 0; row < rows; ++row, from += n) {
    measure(mean[row], squares[row], from, smaller(n, block), row * n);
    for (std::int64_t i = block; i < n; i += block) {
      const std::int64_t more = smaller(n - i, block);
      double middle, deviations;
      measure(middle, deviations, from + i, more, row * n + i);
      const double all = static_cast<double>(i + more), part = static_cast<double>(more) / all;
      const double step = middle - mean[row];
      squares[row] += deviations + step * step * part * static_cast<double>(i);
      mean[row] += step * part;
    }
  }
}

void deviations(double* variance, double* deviation, const double* squares, double count,
                double epsilon, std::int64_t n) {
  each_vector<double>(n, [&](const auto& at) {
    const Vector<double> spread = at(squares) / Vector<double>(count);
    at.store(variance, spread);
    at.store(deviation, Vector<double>(1) / xsimd::sqrt(spread + Vector<double>(epsilon)));
  });
}

template <class T>
void column_moments(double* mean, double* squares, const void* x, std::int64_t rows,
                    std::int64_t columns, std::int64_t step) {
  each_columns<T>(columns, [&](const auto& at) {
    measure_down<T>(mean, squares, static_cast<const T*>(x), rows, step, at);
  });
}

// Σ dy and Σ dy (x - mean) along rows, dy times gain where there is one.
template <class T>
void row_products(double* sums, double* products, const NormalizeArrays& of, std::int64_t rows,
                  std::int64_t n) {
  const T *x = static_cast<const T*>(of.x), *dy = static_cast<const T*>(of.dy);
  const T* const gain = static_cast<const T*>(of.gain);
  for (std::int64_t row = 0; row < rows; ++row, x += n, dy += n) {
    const Vector<T> mean(static_cast<const T*>(of.mean)[row]);
    sums[row] = products[row] = 0;
    for (std::int64_t i = 0; i < n; i += block) {
      double both[2];
      add_up<T>(both, smaller(n - i, block),
                [&](const auto& at, Vector<T>* total, const auto& counting) {
                  Vector<T> slope = take(at, dy + i, row * n + i);
                  if (gain) slope = slope * take(at, gain + i, i);
                  slope = counting(slope);
                  total[0] += slope;
                  total[1] += slope * counting(take(at, x + i, row * n + i) - mean);
                });
      sums[row] += both[0];
      products[row] += both[1];
    }
  }
}

// The same down columns.
template <class T>
void column_products(double* sums, double* products, const NormalizeArrays& of, std::int64_t rows,
                     std::int64_t columns, std::int64_t step) {
  each_columns<T>(columns, [&]<class Place, int K>(const Place(&at)[K]) {
    Vector<T> sum[K], product[K], mean[K];
#pragma GCC unroll 4
    for (int k = 0; k < K; ++k) {
      sum[k] = product[k] = Vector<T>(T(0));
      mean[k] = at[k](static_cast<const T*>(of.mean));
    }
    const T *x = static_cast<const T*>(of.x), *dy = static_cast<const T*>(of.dy);
    for (std::int64_t row = 0; row < rows; ++row, x += step, dy += step)
#pragma GCC unroll 4
      for (int k = 0; k < K; ++k) {
        const Vector<T> slope = at[k](dy);
        sum[k] += slope;
        product[k] += slope * (at[k](x) - mean[k]);
      }
#pragma GCC unroll 4
    for (int k = 0; k < K; ++k) {
      store_doubles<T>(sums, at[k], sum[k], Vector<T>(T(0)));
      store_doubles<T>(products, at[k], product[k], Vector<T>(T(0)));
    }
  });
}

// A coefficient of a row, or of its columns.
template <class T, bool by_column>
struct Coefficient {
  const T* all;
  Vector<T> here;
  Coefficient(const void* values, std::int64_t row)
      : all(static_cast<const T*>(values)), here(by_column ? T(0) : all[row]) {}
  Vector<T> operator()(const auto& at) const {
    if constexpr (by_column)
      return at(all);
    else
      return here;
  }
};

// y = scale (x - mean) + shift, and + slope dy on the way back.
template <class T, bool by_column, bool back>
void apply_lines(void* y, const NormalizeArrays& of, std::int64_t rows, std::int64_t n) {
  using Of = Coefficient<T, by_column>;
  const T *x = static_cast<const T*>(of.x), *dy = static_cast<const T*>(of.dy);
  T* to = static_cast<T*>(y);
  for (std::int64_t row = 0; row < rows; ++row, to += n, x += n) {
    const Of mean(of.mean, row), scale(of.scale, row), shift(of.shift, row),
        slope(back ? of.slope : of.mean, row);
    each_vector<T>(n, [&](const auto& at) {
      Vector<T> result = (at(x) - mean(at)) * scale(at) + shift(at);
      if constexpr (back) result += slope(at) * at(dy);
      at.store(to, result);
    });
    if constexpr (back) dy += n;
  }
}

// y = scale (x - mean) gain + bias: scale and mean are the row's, gain and bias the column's.
template <class T>
void rows_forward(void* y, const NormalizeArrays& of, std::int64_t rows, std::int64_t n) {
  const T *x = static_cast<const T*>(of.x), *gain = static_cast<const T*>(of.gain);
  const T* const bias = static_cast<const T*>(of.bias);
  T* to = static_cast<T*>(y);
  for (std::int64_t row = 0; row < rows; ++row, to += n, x += n) {
    const Vector<T> mean(static_cast<const T*>(of.mean)[row]),
        scale(static_cast<const T*>(of.scale)[row]);
    each_vector<T>(
        n, [&](const auto& at) { at.store(to, (at(x) - mean) * scale * at(gain) + at(bias)); });
  }
}

// dx = scale (x - mean) + shift + slope gain dy, and what the rows add to the gradients of gain and
// bias: dy (x - mean) slope and dy. Their last vector adds where the one before it did not.
template <class T>
void rows_back(void* dx, void* dgain, void* dbias, const NormalizeArrays& of, std::int64_t rows,
               std::int64_t n) {
  const T *x = static_cast<const T*>(of.x), *dy = static_cast<const T*>(of.dy);
  const T* const gain = static_cast<const T*>(of.gain);
  T *to = static_cast<T*>(dx), *gains = static_cast<T*>(dgain), *biases = static_cast<T*>(dbias);
  const auto done = lanes_below<T>(n % width<T> == 0 ? 0 : width<T> - n % width<T>);
  for (std::int64_t row = 0; row < rows; ++row, to += n, x += n, dy += n) {
    const Coefficient<T, false> mean(of.mean, row), scale(of.scale, row), shift(of.shift, row),
        slope(of.slope, row);
    const auto visit = [&](const auto& at, const auto& adding) {
      const Vector<T> apart = at(x) - mean.here, slopes = at(dy), part = slopes * slope.here;
      at.store(to, apart * scale.here + shift.here + part * at(gain));
      at.store(gains, at(gains) + adding(part * apart));
      at.store(biases, at(biases) + adding(slopes));
    };
    const auto all = [](const Vector<T>& v) { return v; };
    if (n < width<T>) {
      visit(Short<T>{n}, all);
      continue;
    }
    for (std::int64_t i = 0; i < n - width<T>; i += width<T>) visit(Whole<T>{i}, all);
    visit(Whole<T>{n - width<T>},
          [&](const Vector<T>& v) { return xsimd::select(done, Vector<T>(T(0)), v); });
  }
}

}  // namespace

namespace EBB_KERNELS {
extern const NormalizeKernels normalize;
constexpr NormalizeKernels normalize = {
    {row_moments<float>, row_moments<double>},
    deviations,
    {column_moments<float>, column_moments<double>},
    {row_products<float>, row_products<double>},
    {column_products<float>, column_products<double>},
    {{{apply_lines<float, false, false>, apply_lines<double, false, false>},
      {apply_lines<float, false, true>, apply_lines<double, false, true>}},
     {{apply_lines<float, true, false>, apply_lines<double, true, false>},
      {apply_lines<float, true, true>, apply_lines<double, true, true>}}},
    {rows_forward<float>, rows_forward<double>},
    {rows_back<float>, rows_back<double>}};
}  // namespace EBB_KERNELS

}  // namespace ebb::kernels
