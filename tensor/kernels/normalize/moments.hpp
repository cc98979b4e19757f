// The mean of a row or a column and how far its elements lie from it. Included only by files that
// are compiled once per instruction set.
#pragma once

#include <tensor/kernels/places.hpp>
#include <tensor/kernels/reduce_row.hpp>

namespace ebb::kernels {
namespace {

// Rows, and columns down so many rows, are measured in blocks that stay in L1; sums of blocks are
// doubles.
constexpr std::int64_t block = 4096, rows_of_block = 64;

// The last elements of a row, fewer than a vector, behind what does not count.
template <class T>
struct Rest {
  std::int64_t at, n;
  Vector<T> operator()(const T* x, std::int64_t before = 0) const {
    return load_rest<T>(x, at, n, before, T(0));
  }
};

// One or two sums along a row, of what term(place) gives in an array: a vector of each, whose lanes
// are still to be added. Four chains hide the latency of an addition.
template <class T, int sums>
[[gnu::always_inline]] inline void add_up(Vector<T> (&result)[sums], std::int64_t n,
                                          const auto& term) {
  constexpr std::int64_t w = width<T>;
  Vector<T> chains[4][sums];
  for (auto& chain : chains)
    for (Vector<T>& sum : chain) sum = Vector<T>(T(0));
  std::int64_t i = 0;
  for (; i + 4 * w <= n; i += 4 * w)
#pragma GCC unroll 4
    for (int k = 0; k < 4; ++k) term(Whole<T>{i + k * w}, chains[k], [](auto x) { return x; });
  for (; i + w <= n; i += w) term(Whole<T>{i}, chains[0], [](auto x) { return x; });
  if (i < n) {
    const auto none = lanes_below<T>(w - n + i);
    term(Rest<T>{i, n}, chains[1], [&](auto x) { return xsimd::select(none, Vector<T>(T(0)), x); });
  }
#pragma GCC unroll 2
  for (int s = 0; s < sums; ++s)
    result[s] = (chains[0][s] + chains[1][s]) + (chains[2][s] + chains[3][s]);
}
template <class T, int sums>
[[gnu::always_inline]] inline void add_up(double (&result)[sums], std::int64_t n,
                                          const auto& term) {
  Vector<T> lanes[sums];
  add_up<T>(lanes, n, term);
#pragma GCC unroll 2
  for (int s = 0; s < sums; ++s) result[s] = static_cast<double>(fold<Sum, T>(lanes[s]));
}

// Rest may read what stands before a row, as far as the array goes.
template <class T>
Vector<T> take(const Whole<T>& place, const T* x, std::int64_t) {
  return place(x);
}
template <class T>
Vector<T> take(const Rest<T>& place, const T* x, std::int64_t before) {
  return place(x, before);
}

// Where so much of a sum of squares goes away with the mean, digits go with it.
constexpr int most_lost = 8;

// Σ (x - x[0]) and Σ (x - x[0])² of a block.
template <class T>
[[gnu::always_inline]] inline void add_differences(Vector<T> (&sums)[2], const T* x, std::int64_t n,
                                                   std::int64_t before) {
  const Vector<T> first(x[0]);
  add_up<T>(sums, n, [&](const auto& at, Vector<T>* both, const auto& counting) {
    const Vector<T> apart = counting(take(at, x, before) - first);
    both[0] += apart;
    both[1] += apart * apart;
  });
}

// The mean of a block and its squared deviations, by these two. Elements count from the first one,
// so that a large mean costs no digits; where that lies far from the others, from the mean: true.
[[gnu::always_inline]] inline bool measure_by(double& mean, double& squares, double first,
                                              double sum, double sum_of_squares, std::int64_t n) {
  const double middle = sum / static_cast<double>(n);
  mean = first + middle;
  squares = sum_of_squares - sum * middle;
  return squares * most_lost < sum_of_squares;
}
template <class T>
void measure_again(double& squares, double mean, const T* x, std::int64_t n, std::int64_t before) {
  const Vector<T> first(x[0]), shift(static_cast<T>(mean - static_cast<double>(x[0])));
  double deviations[1];
  add_up<T>(deviations, n, [&](const auto& at, Vector<T>* sums, const auto& counting) {
    const Vector<T> deviation = counting(take(at, x, before) - first - shift);
    sums[0] += deviation * deviation;
  });
  squares = deviations[0];
}

template <class T>
void measure(double& mean, double& squares, const T* x, std::int64_t n, std::int64_t before) {
  Vector<T> sums[2];
  add_differences(sums, x, n, before);
  if (measure_by(mean, squares, static_cast<double>(x[0]),
                 static_cast<double>(fold<Sum, T>(sums[0])),
                 static_cast<double>(fold<Sum, T>(sums[1])), n))
    measure_again(squares, mean, x, n, before);
}

// visit(places) for all vectors of columns: four go down the rows together, as long as there are so
// many, because the additions of one must wait for each other.
template <class T>
[[gnu::always_inline]] inline void each_columns(std::int64_t n, const auto& visit) {
  constexpr std::int64_t w = width<T>;
  std::int64_t i = 0;
  for (; i + 4 * w <= n; i += 4 * w) {
    const Whole<T> four[4] = {{i}, {i + w}, {i + 2 * w}, {i + 3 * w}};
    visit(four);
  }
  const auto one = [&](const auto& place) {
    const std::remove_cvref_t<decltype(place)> alone[1] = {place};
    visit(alone);
  };
  if (n < w) return one(Short<T>{n});
  for (; i < n; i += w) one(Whole<T>{smaller(i, n - w)});
}

// y = a + b in doubles.
template <class T>
void store_doubles(double* y, const auto& place, const Vector<T>& a, const Vector<T>& b) {
  alignas(64) T lanes[2][width<T>];
  a.store_aligned(lanes[0]);
  b.store_aligned(lanes[1]);
  std::int64_t first = 0, n = width<T>;
  if constexpr (requires { place.at; })
    first = place.at;
  else
    n = place.n;
#pragma GCC unroll 1
  for (std::int64_t i = 0; i < n; ++i)
    y[first + i] = static_cast<double>(lanes[0][i]) + static_cast<double>(lanes[1][i]);
}

// Of K vectors of columns, whose elements count from the first row.
template <class T, class Place, int K>
[[gnu::always_inline]] inline void measure_down(double* mean, double* squares, const T* x,
                                                std::int64_t rows, std::int64_t step,
                                                const Place (&at)[K]) {
  Vector<T> first[K], middle[K], spread[K];
#pragma GCC unroll 4
  for (int k = 0; k < K; ++k) first[k] = at[k](x), middle[k] = spread[k] = Vector<T>(T(0));
  for (std::int64_t row = 0; row < rows; row += rows_of_block) {
    const std::int64_t more = smaller(rows - row, rows_of_block);
    const T* const from = x + row * step;
    Vector<T> sum[K], deviations[K];
#pragma GCC unroll 4
    for (int k = 0; k < K; ++k) sum[k] = deviations[k] = Vector<T>(T(0));
    for (std::int64_t i = 0; i < more; ++i)
#pragma GCC unroll 4
      for (int k = 0; k < K; ++k) {
        const Vector<T> apart = at[k](from + i * step) - first[k];
        sum[k] += apart;
        deviations[k] += apart * apart;
      }
    bool lost = false;
#pragma GCC unroll 4
    for (int k = 0; k < K; ++k) {
      const Vector<T> all = deviations[k], total = sum[k];
      sum[k] = total / Vector<T>(static_cast<T>(more));
      deviations[k] = all - total * sum[k];
      lost |= xsimd::any(deviations[k] * Vector<T>(T(most_lost)) < all);
    }
    if (lost) {
#pragma GCC unroll 4
      for (int k = 0; k < K; ++k) deviations[k] = Vector<T>(T(0));
      for (std::int64_t i = 0; i < more; ++i)
#pragma GCC unroll 4
        for (int k = 0; k < K; ++k) {
          const Vector<T> deviation = at[k](from + i * step) - first[k] - sum[k];
          deviations[k] += deviation * deviation;
        }
    }
    const T part = static_cast<T>(more) / static_cast<T>(row + more);
#pragma GCC unroll 4
    for (int k = 0; k < K; ++k) {
      const Vector<T> apart = sum[k] - middle[k];
      spread[k] += deviations[k] + apart * apart * Vector<T>(part * static_cast<T>(row));
      middle[k] += apart * Vector<T>(part);
    }
  }
#pragma GCC unroll 4
  for (int k = 0; k < K; ++k) {
    store_doubles<T>(squares, at[k], spread[k], Vector<T>(T(0)));
    store_doubles<T>(mean, at[k], first[k], middle[k]);
  }
}

}  // namespace
}  // namespace ebb::kernels
