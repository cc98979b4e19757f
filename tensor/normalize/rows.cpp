// Groups that lie in rows without gaps: layer, group and instance normalization.
#include <algorithm>
#include <tensor/normalize/passes.hpp>
#include <tensor/reduce.hpp>
#include <tensor/views.hpp>

namespace ebb::detail {
namespace {

// Rows that are measured together and then written: so few elements that writes to memory go on
// while the next are measured, but, where rows are not long, eight, whose sums are folded together.
constexpr std::int64_t near = 2048, together = 8;
std::int64_t rows_of_chunk(std::int64_t size) {
  return std::clamp(near / size, size <= near / 2 ? together : 1, at_once);
}

// Elements whose rows add up what they know of the parameters.
constexpr std::int64_t elements_of_block = 32768;

// What all passes over rows know.
template <class T>
struct Rows {
  Rows(const Tensor& x_, const Tensor& weight_, const Normalization& n)
      : as(n.as),
        size(as.size()),
        channels(as.channels / as.groups),
        has_weight(weight_.storage() != nullptr),
        by_column(has_weight && as.inner < shortest_run),
        x(elements<T>(x_)),
        weight(by_column ? repeat_inner(weight_, as.inner) : weight_),
        mean(elements<T>(n.moments.mean)),
        variance(elements<T>(n.moments.variance)),
        deviation(elements<T>(n.deviation)) {}

  const Channels& as;
  std::int64_t size, channels;  // of a row
  bool has_weight, by_column;
  const T* x;
  Tensor weight;
  T *mean, *variance, *deviation;
  const kernels::NormalizeKernels& kernels = kernels_in_use().normalize;
  static constexpr int type = std::is_same_v<T, double>;

  // visit(first, count) for rows that stay near.
  void each_chunk(const auto& visit) const {
    const std::int64_t chunk = rows_of_chunk(size);
    parallel_for(as.count(), rows_per_piece(as.count(), size),
                 [&](std::int64_t begin, std::int64_t end) {
                   for (; begin < end; begin += chunk) visit(begin, std::min(chunk, end - begin));
                 });
  }
  // The same for rows that share their numbers of columns: visit(row, count, columns).
  void each_alike(std::int64_t first, std::int64_t count, const auto& visit) const {
    if (as.groups == 1 || !by_column) return visit(first, count, std::int64_t{0});
    for (std::int64_t row = first; row < first + count; ++row)
      visit(row, std::int64_t{1}, row % as.groups * size);
  }
  // And for the runs of channels in these rows, which are numbered through: visit(first, count).
  void each_runs(std::int64_t first, std::int64_t count, const auto& visit) const {
    const std::int64_t end = (first + count) * channels;
    for (std::int64_t run = first * channels; run < end; run += at_once)
      visit(run, std::min(at_once, end - run));
  }

  void measure(std::int64_t first, std::int64_t count, double epsilon) const {
    double means[at_once], squares[at_once], variances[at_once], deviations[at_once];
    kernels.row_moments[type](means, squares, x + first * size, count, size);
    kernels.deviations(variances, deviations, squares, static_cast<double>(size), epsilon, count);
    for (std::int64_t i = 0; i < count; ++i) {
      mean[first + i] = static_cast<T>(means[i]);
      variance[first + i] = static_cast<T>(variances[i]);
      deviation[first + i] = static_cast<T>(deviations[i]);
    }
  }
};

template <class T>
void forward(const Rows<T>& rows, T* y, const Tensor& bias, double epsilon) {
  static constexpr T none[at_once] = {};
  const Tensor biases = rows.by_column ? repeat_inner(bias, rows.as.inner) : bias;
  const T *gain = elements<T>(rows.weight), *shift = elements<T>(biases);
  const std::int64_t size = rows.size, inner = rows.as.inner;
  rows.each_chunk([&](std::int64_t first, std::int64_t count) {
    rows.measure(first, count, epsilon);
    if (rows.by_column || !rows.has_weight)
      return rows.each_alike(first, count, [&](std::int64_t row, std::int64_t n, std::int64_t at) {
        const auto kernel = rows.by_column ? rows.kernels.rows_forward[rows.type]
                                           : rows.kernels.lines[0][0][rows.type];
        kernel(y + row * size,
               {.x = rows.x + row * size,
                .mean = rows.mean + row,
                .scale = rows.deviation + row,
                .shift = none,
                .gain = gain + at,
                .bias = shift + at},
               n, size);
      });
    rows.each_runs(first, count, [&](std::int64_t run, std::int64_t n) {
      T means[at_once], scales[at_once], shifts[at_once];
      for (std::int64_t i = 0; i < n; ++i) {
        const std::int64_t row = (run + i) / rows.channels, channel = (run + i) % rows.as.channels;
        means[i] = rows.mean[row];
        scales[i] = rows.deviation[row] * gain[channel];
        shifts[i] = shift[channel];
      }
      rows.kernels.lines[0][0][rows.type](
          y + run * inner,
          {.x = rows.x + run * inner, .mean = means, .scale = scales, .shift = shifts}, n, inner);
    });
  });
}

template <class T>
struct Numbers {
  T slope[at_once], shift[at_once], scale[at_once];
  void set(std::int64_t i, const Slope& from, T gain = 1) {
    slope[i] = static_cast<T>(from.slope) * gain;
    shift[i] = static_cast<T>(from.shift);
    scale[i] = static_cast<T>(from.scale);
  }
};

// Rows from `first` on that share the numbers of columns from `at` on; what they add to dweight and
// dbias is added there.
template <class T>
void back_of_rows(const Rows<T>& rows, T* dx, const T* dy, std::int64_t first, std::int64_t count,
                  std::int64_t at, T* dweight, T* dbias) {
  const std::int64_t size = rows.size;
  double sums[at_once], products[at_once];
  kernels::NormalizeArrays of = {.x = rows.x + first * size,
                                 .dy = dy + first * size,
                                 .mean = rows.mean + first,
                                 .gain = rows.by_column ? elements<T>(rows.weight) + at : nullptr};
  rows.kernels.row_products[rows.type](sums, products, of, count, size);
  Numbers<T> numbers;
  for (std::int64_t i = 0; i < count; ++i)
    numbers.set(i,
                Slope(static_cast<double>(rows.deviation[first + i]), sums[i], products[i], size));
  of.slope = numbers.slope, of.shift = numbers.shift, of.scale = numbers.scale;
  if (rows.by_column)
    rows.kernels.rows_back[rows.type](dx + first * size, dweight + at, dbias + at, of, count, size);
  else
    rows.kernels.lines[0][1][rows.type](dx + first * size, of, count, size);
}

// Without a weight, or with one number for each column. What the rows of a block add to dweight
// and dbias stands in a row of `dweights` and `dbiases`.
template <class T>
void back_by_column(const Rows<T>& rows, T* dx, const T* dy, Tensor& dweights, Tensor& dbiases) {
  if (!rows.by_column)
    return rows.each_chunk([&](std::int64_t first, std::int64_t count) {
      back_of_rows<T>(rows, dx, dy, first, count, 0, nullptr, nullptr);
    });
  const std::int64_t wide = rows.as.groups * rows.size;
  const std::int64_t block = std::max<std::int64_t>(16, divide_up(elements_of_block, wide));
  const std::int64_t blocks = divide_up(rows.as.outer, block);
  dweights = zeros({blocks, wide}, rows.weight.dtype());
  dbiases = zeros({blocks, wide}, rows.weight.dtype());
  const std::int64_t chunk = rows_of_chunk(rows.size);
  parallel_for(blocks, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const std::int64_t last = std::min((i + 1) * block, rows.as.outer) * rows.as.groups;
      for (std::int64_t row = i * block * rows.as.groups; row < last; row += chunk)
        rows.each_alike(row, std::min(chunk, last - row),
                        [&](std::int64_t first, std::int64_t count, std::int64_t at) {
                          back_of_rows(rows, dx, dy, first, count, at,
                                       elements<T>(dweights) + i * wide,
                                       elements<T>(dbiases) + i * wide);
                        });
    }
  });
}

// With a weight for each run of elements. What a run adds to dweight and dbias stands in its place
// of `dweights` and `dbiases`.
template <class T>
void back_by_run(const Rows<T>& rows, T* dx, const T* dy, double* dweights, double* dbiases) {
  const std::int64_t inner = rows.as.inner;
  const T* const gain = elements<T>(rows.weight);
  rows.each_chunk([&](std::int64_t first, std::int64_t count) {
    rows.each_runs(first, count, [&](std::int64_t run, std::int64_t n) {
      T means[at_once];
      for (std::int64_t i = 0; i < n; ++i) means[i] = rows.mean[(run + i) / rows.channels];
      rows.kernels.row_products[rows.type](
          dbiases + run, dweights + run,
          {.x = rows.x + run * inner, .dy = dy + run * inner, .mean = means}, n, inner);
    });
    double sums[at_once] = {}, products[at_once] = {};
    for (std::int64_t run = first * rows.channels; run < (first + count) * rows.channels; ++run) {
      const auto weight = static_cast<double>(gain[run % rows.as.channels]);
      const std::int64_t row = run / rows.channels;
      sums[row - first] += weight * dbiases[run];
      products[row - first] += weight * dweights[run];
      dweights[run] *= static_cast<double>(rows.deviation[row]);
    }
    rows.each_runs(first, count, [&](std::int64_t run, std::int64_t n) {
      Numbers<T> numbers;
      T means[at_once];
      for (std::int64_t i = 0; i < n; ++i) {
        const std::int64_t row = (run + i) / rows.channels;
        means[i] = rows.mean[row];
        numbers.set(i,
                    Slope(static_cast<double>(rows.deviation[row]), sums[row - first],
                          products[row - first], rows.size),
                    gain[(run + i) % rows.as.channels]);
      }
      rows.kernels.lines[0][1][rows.type](dx + run * inner,
                                          {.x = rows.x + run * inner,
                                           .dy = dy + run * inner,
                                           .mean = means,
                                           .scale = numbers.scale,
                                           .shift = numbers.shift,
                                           .slope = numbers.slope},
                                          n, inner);
    });
  });
}

}  // namespace

Tensor normalize_rows(const Tensor& x, const Tensor& weight, const Tensor& bias, Normalization& n) {
  n.moments = {empty({n.as.count()}, x.dtype()), empty({n.as.count()}, x.dtype())};
  n.deviation = empty({n.as.count()}, x.dtype());
  const Tensor y = empty(x.shape(), x.dtype());
  with_dtype(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    forward(Rows<T>(x, weight, n), elements<T>(y), bias, n.epsilon);
  });
  return y;
}

NormalizationSlopes normalize_rows_back(const Tensor& dy, const Tensor& x, const Tensor& weight,
                                        const Normalization& n) {
  NormalizationSlopes slopes;
  slopes.x = empty(x.shape(), x.dtype());
  const Channels& as = n.as;
  const bool by_run = weight.storage() != nullptr && as.inner >= shortest_run;
  with_dtype(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    const Rows<T> rows(x, weight, n);
    if (by_run) {
      slopes.weight = empty({as.outer, as.channels}, DType::float64);
      slopes.bias = empty({as.outer, as.channels}, DType::float64);
      back_by_run(rows, elements<T>(slopes.x), elements<T>(dy), elements<double>(slopes.weight),
                  elements<double>(slopes.bias));
    } else {
      back_by_column(rows, elements<T>(slopes.x), elements<T>(dy), slopes.weight, slopes.bias);
    }
  });
  if (weight.storage() == nullptr) return slopes;
  for (Tensor* one : {&slopes.weight, &slopes.bias})
    *one = by_run ? cast(sum(*one, 0), x.dtype())
                  : sum(reshape(sum(*one, 0), {as.channels, as.inner}), 1);
  return slopes;
}

}  // namespace ebb::detail
