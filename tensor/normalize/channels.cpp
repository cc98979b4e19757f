// A group per channel, over all examples: batch normalization.
#include <algorithm>
#include <cmath>
#include <tensor/normalize/passes.hpp>
#include <tensor/views.hpp>

namespace ebb::detail {
namespace {

constexpr std::int64_t rows_of_part = 512, columns_of_part = 512;

// Channels in runs of elements, or, where these are short, in columns. Parts of a channel are
// measured one by one and then joined: its runs, or some of the rows of its columns.
struct Parts {
  explicit Parts(const Channels& shape)
      : as(shape),
        by_run(as.inner >= shortest_run),
        inner(by_run ? 1 : as.inner),
        outer(by_run ? as.outer : divide_up(as.outer, rows_of_part)),
        columns(as.channels * as.inner) {}

  const Channels& as;
  bool by_run;
  std::int64_t inner, outer;  // parts of a channel that stand side by side, and over each other
  std::int64_t columns;

  std::int64_t count() const { return outer * as.channels * inner; }
  // Elements of a part that stands in this row of parts.
  std::int64_t size(std::int64_t row) const {
    return by_run ? as.inner : std::min(rows_of_part, as.outer - row * rows_of_part);
  }

  // runs(first, first channel, count) for runs that follow each other, a channel each.
  void each_run(const auto& runs) const {
    const std::int64_t all = as.outer * as.channels;
    parallel_for(all, rows_per_piece(all, as.inner), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t channel, n; begin < end; begin += n) {
        channel = begin % as.channels;
        n = std::min(end - begin, as.channels - channel);
        runs(begin, channel, n);
      }
    });
  }
  // part(first, column, rows, columns): where a part begins among elements and among columns.
  void each_part(const auto& part) const {
    const std::int64_t stretches = divide_up(columns, columns_of_part);
    const std::int64_t work = size(0) * std::min(columns, columns_of_part);
    parallel_for(outer * stretches, rows_per_piece(outer * stretches, work),
                 [&](std::int64_t begin, std::int64_t end) {
                   for (std::int64_t i = begin; i < end; ++i) {
                     const std::int64_t row = i / stretches;
                     const std::int64_t column = i % stretches * columns_of_part;
                     part(row, column, size(row), std::min(columns_of_part, columns - column));
                   }
                 });
  }
  // visit(part, elements of it) for all parts of a channel.
  void each_of(std::int64_t channel, const auto& visit) const {
    for (std::int64_t row = 0; row < outer; ++row)
      for (std::int64_t i = 0; i < inner; ++i)
        visit((row * as.channels + channel) * inner + i, static_cast<double>(size(row)));
  }
  void each_channel(const auto& visit) const {
    parallel_for(as.channels, rows_per_piece(as.channels, outer * inner),
                 [&](std::int64_t begin, std::int64_t end) {
                   for (; begin < end; ++begin) visit(begin);
                 });
  }
};

template <class T>
constexpr int type = std::is_same_v<T, double>;

template <class T>
void measure(const Parts& parts, const T* x, T* mean, T* variance) {
  const Tensor both = empty({2, parts.count()}, DType::float64);
  double *const means = elements<double>(both), *const squares = means + parts.count();
  const kernels::NormalizeKernels& kernels = kernels_in_use().normalize;
  if (parts.by_run)
    parts.each_run([&](std::int64_t first, std::int64_t, std::int64_t n) {
      kernels.row_moments[type<T>](means + first, squares + first, x + first * parts.as.inner, n,
                                   parts.as.inner);
    });
  else
    parts.each_part(
        [&](std::int64_t row, std::int64_t column, std::int64_t rows, std::int64_t columns) {
          const std::int64_t at = row * parts.columns + column;
          kernels.column_moments[type<T>](means + at, squares + at,
                                          x + row * rows_of_part * parts.columns + column, rows,
                                          columns, parts.columns);
        });
  const auto count = static_cast<double>(parts.as.size());
  parts.each_channel([&](std::int64_t channel) {
    double middle = 0, deviations = 0;
    parts.each_of(channel, [&](std::int64_t part, double size) { middle += means[part] * size; });
    middle /= count;
    parts.each_of(channel, [&](std::int64_t part, double size) {
      const double apart = means[part] - middle;
      deviations += squares[part] + size * apart * apart;
    });
    mean[channel] = static_cast<T>(middle);
    variance[channel] = static_cast<T>(deviations / count);
  });
}

// y = scale (x - mean) + shift, and + slope dy where there is one; numbers of channels.
struct Line {
  Tensor mean, scale, shift, slope = {};
};
template <class T>
Tensor apply(const Parts& parts, const Tensor& x, const Tensor& dy, Line line) {
  const Tensor y = empty(x.shape(), x.dtype());
  const bool back = dy.storage() != nullptr;
  if (!parts.by_run)
    for (Tensor* one : {&line.mean, &line.scale, &line.shift, &line.slope})
      if (one->storage()) *one = repeat_inner(*one, parts.as.inner);
  const auto kernel = kernels_in_use().normalize.lines[!parts.by_run][back][type<T>];
  const auto run = [&](std::int64_t at, std::int64_t channel, std::int64_t rows, std::int64_t n) {
    kernel(elements<T>(y) + at,
           {.x = elements<T>(x) + at,
            .dy = back ? elements<T>(dy) + at : nullptr,
            .mean = elements<T>(line.mean) + channel,
            .scale = elements<T>(line.scale) + channel,
            .shift = elements<T>(line.shift) + channel,
            .slope = back ? elements<T>(line.slope) + channel : nullptr},
           rows, n);
  };
  if (parts.by_run)
    parts.each_run([&](std::int64_t first, std::int64_t channel, std::int64_t n) {
      run(first * parts.as.inner, channel, n, parts.as.inner);
    });
  else
    parallel_for(parts.as.outer, rows_per_piece(parts.as.outer, parts.columns),
                 [&](std::int64_t begin, std::int64_t end) {
                   run(begin * parts.columns, 0, end - begin, parts.columns);
                 });
  return y;
}

// Σ dy and Σ dy (x - mean) of each channel.
template <class T>
void add_up(const Parts& parts, const T* dy, const T* x, const Tensor& mean, double* sums,
            double* products) {
  const Tensor both = empty({2, parts.count()}, DType::float64);
  double *const sum = elements<double>(both), *const product = sum + parts.count();
  const kernels::NormalizeKernels& kernels = kernels_in_use().normalize;
  const Tensor middle = parts.by_run ? mean : repeat_inner(mean, parts.as.inner);
  const T* const means = elements<T>(middle);
  if (parts.by_run)
    parts.each_run([&](std::int64_t first, std::int64_t channel, std::int64_t n) {
      const std::int64_t at = first * parts.as.inner;
      kernels.row_products[type<T>](sum + first, product + first,
                                    {.x = x + at, .dy = dy + at, .mean = means + channel}, n,
                                    parts.as.inner);
    });
  else
    parts.each_part(
        [&](std::int64_t row, std::int64_t column, std::int64_t rows, std::int64_t columns) {
          const std::int64_t part = row * parts.columns + column;
          const std::int64_t at = row * rows_of_part * parts.columns + column;
          kernels.column_products[type<T>](sum + part, product + part,
                                           {.x = x + at, .dy = dy + at, .mean = means + column},
                                           rows, columns, parts.columns);
        });
  parts.each_channel([&](std::int64_t channel) {
    sums[channel] = products[channel] = 0;
    parts.each_of(channel, [&](std::int64_t part, double) {
      sums[channel] += sum[part];
      products[channel] += product[part];
    });
  });
}

template <class T>
NormalizationSlopes back(const Tensor& dy, const Tensor& x, const Tensor& weight,
                         const Normalization& n, bool wants_parameters) {
  const Parts parts(n.as);
  const std::int64_t channels = n.as.channels;
  const Tensor both = zeros({2, channels}, DType::float64);
  double *const sums = elements<double>(both), *const products = sums + channels;
  if (wants_parameters || !n.known)
    add_up(parts, elements<T>(dy), elements<T>(x), n.moments.mean, sums, products);
  NormalizationSlopes slopes = {{}, empty({channels}, x.dtype()), empty({channels}, x.dtype())};
  const Line line = {n.moments.mean, empty({channels}, x.dtype()), empty({channels}, x.dtype()),
                     empty({channels}, x.dtype())};
  for (std::int64_t c = 0; c < channels; ++c) {
    const auto deviation = static_cast<double>(elements<T>(n.deviation)[c]);
    const double gain = weight.storage() ? static_cast<double>(elements<T>(weight)[c]) : 1;
    const Slope slope(deviation, sums[c], products[c], n.as.size());
    elements<T>(slopes.weight)[c] = static_cast<T>(products[c] * deviation);
    elements<T>(slopes.bias)[c] = static_cast<T>(sums[c]);
    elements<T>(line.slope)[c] = static_cast<T>(slope.slope * gain);
    elements<T>(line.shift)[c] = static_cast<T>(slope.shift * gain);
    elements<T>(line.scale)[c] = static_cast<T>(slope.scale * gain);
  }
  const Tensor none = zeros({channels}, x.dtype());
  slopes.x =
      n.known ? apply<T>(parts, dy, {}, {none, line.slope, none}) : apply<T>(parts, x, dy, line);
  return slopes;
}

}  // namespace

Tensor normalize_channels(const Tensor& x, const Tensor& weight, const Tensor& bias,
                          Normalization& n) {
  const Parts parts(n.as);
  const std::int64_t channels = n.as.channels;
  n.deviation = empty({channels}, x.dtype());
  if (!n.known) n.moments = {empty({channels}, x.dtype()), empty({channels}, x.dtype())};
  return with_dtype(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    if (!n.known)
      measure(parts, elements<T>(x), elements<T>(n.moments.mean), elements<T>(n.moments.variance));
    const Tensor scale = weight.storage() ? empty({channels}, x.dtype()) : n.deviation;
    for (std::int64_t c = 0; c < channels; ++c) {
      const auto variance = static_cast<double>(elements<T>(n.moments.variance)[c]);
      elements<T>(n.deviation)[c] = static_cast<T>(1 / std::sqrt(variance + n.epsilon));
      if (weight.storage())
        elements<T>(scale)[c] = elements<T>(n.deviation)[c] * elements<T>(weight)[c];
    }
    const Tensor shift = weight.storage() ? bias : zeros({channels}, x.dtype());
    return apply<T>(parts, x, {}, {n.moments.mean, scale, shift});
  });
}

NormalizationSlopes normalize_channels_back(const Tensor& dy, const Tensor& x, const Tensor& weight,
                                            const Normalization& n, bool wants_parameters) {
  return with_dtype(x.dtype(), [&](auto zero) {
    return back<decltype(zero)>(dy, x, weight, n, wants_parameters);
  });
}

}  // namespace ebb::detail
