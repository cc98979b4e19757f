#include <algorithm>
#include <limits>
#include <tensor/common/reduction.hpp>
#include <tensor/common/require_value.hpp>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/views.hpp>
#include <tensor/windows/band.hpp>
#include <tensor/windows/pool.hpp>

namespace ebb {
namespace detail {
namespace {

// The last two lengths of x as an image.
Pair image_of(const char* operation, const Tensor& x, bool signal) {
  require_value(operation, x);
  if (!is_floating(x.dtype()))
    throw DTypeError(text(operation, ": ", x.dtype(), ' ', x.shape(), "; try cast to float32"));
  const int least = signal ? 2 : 3;
  bool fits = x.rank() == least || x.rank() == least + 1;
  for (int axis = x.rank() - least; fits && axis < x.rank(); ++axis) fits = x.shape()[axis] > 0;
  if (!fits)
    throw ShapeError(text(operation, ": input ", x.shape(), " is not ",
                          signal ? "[n, channels, length]" : "[n, channels, height, width]",
                          " or that without n, with no length of 0 but n; try reshape"));
  return {signal ? 1 : x.size(-2), x.size(-1)};
}

// How many windows there are along an axis.
std::int64_t windows_along(const char* operation, const Tensor& x, std::int64_t length,
                           std::int64_t kernel, std::int64_t stride, std::int64_t padding,
                           std::int64_t dilation, bool ceil_mode) {
  if (kernel < 1 || stride < 1 || dilation < 1)
    throw ShapeError(text(operation, ": kernel ", kernel, ", stride ", stride, " and dilation ",
                          dilation, " must be 1 or more"));
  if (padding < 0 || padding > kernel / 2)
    throw ShapeError(text(operation, ": a padding of ", padding, " beside a kernel of ", kernel,
                          "; it must not be negative or above half of that, try ", kernel / 2));
  const std::int64_t reach = dilation * (kernel - 1) + 1;
  const std::int64_t room = length + 2 * padding - reach + stride;  // and a step before the first
  std::int64_t count = room < 0 ? 0 : ceil_mode ? divide_up(room, stride) : room / stride;
  if (count < 1)
    throw ShapeError(text(operation, ": input ", x.shape(), " has no room for a window of ", reach,
                          "; try a smaller kernel, or padding"));
  if (ceil_mode && (count - 1) * stride >= length + padding) --count;
  return count;
}

Pair stride_of(const Pair& stride, const Pair& kernel) {
  return {stride.height == as_kernel ? kernel.height : stride.height,
          stride.width == as_kernel ? kernel.width : stride.width};
}

// Windows along one axis, each divided by its part of the divisor.
Band averages(const char* operation, const Tensor& x, std::int64_t length, std::int64_t kernel,
              std::int64_t stride, std::int64_t padding, const AveragePoolOptions<Pair>& options) {
  const std::int64_t count =
      windows_along(operation, x, length, kernel, stride, padding, 1, options.ceil_mode);
  Band band(length, count, std::min(kernel, length));
  for (std::int64_t o = 0; o < count; ++o) {
    const std::int64_t from = o * stride - padding, to = std::min(from + kernel, length + padding);
    const std::int64_t first = std::max<std::int64_t>(from, 0), last = std::min(to, length);
    const std::int64_t size = options.count_include_pad ? to - from : last - first;
    band.set(o, first, last - first,
             options.divisor_override ? 1.0 : 1.0 / static_cast<double>(size));
  }
  return band;
}

Band evenly(const char* operation, const Tensor& x, std::int64_t length, std::int64_t size) {
  if (size == -1) size = length;
  if (size < 0)
    throw ShapeError(text(operation, ": input ", x.shape(), " cannot get a length of ", size,
                          "; try 1 or more, or -1 to keep it"));
  Band band(length, size, size > 0 ? length / size + 2 : 0);
  for (std::int64_t o = 0; o < size; ++o) {
    const std::int64_t from = o * length / size, to = divide_up((o + 1) * length, size);
    band.set(o, from, to - from, 1.0 / static_cast<double>(to - from));
  }
  return band;
}

}  // namespace

MaxPoolOptions<Pair> as_rows(const MaxPoolOptions<std::int64_t>& o) {
  return {{1, o.stride}, {0, o.padding}, {1, o.dilation}, o.ceil_mode, o.indices};
}
AveragePoolOptions<Pair> as_rows(const AveragePoolOptions<std::int64_t>& o) {
  return {{1, o.stride}, {0, o.padding}, o.ceil_mode, o.count_include_pad, o.divisor_override};
}
Tensor as_image(const Tensor& x, bool signal) { return signal ? unsqueeze(x, -2) : x; }

MaxPooling max_pooling(const char* operation, const Tensor& x, bool signal, const Pair& kernel,
                       const MaxPoolOptions<Pair>& options) {
  const Pair in = image_of(operation, x, signal), stride = stride_of(options.stride, kernel);
  if (in.height * in.width > std::numeric_limits<std::int32_t>::max())
    throw Error(text(operation, ": ", x.shape(),
                     " has more elements in an image than int32 can number; try parts"));
  const Pair &padding = options.padding, &dilation = options.dilation;
  return {kernel,
          stride,
          padding,
          dilation,
          in,
          {windows_along(operation, x, in.height, kernel.height, stride.height, padding.height,
                         dilation.height, options.ceil_mode),
           windows_along(operation, x, in.width, kernel.width, stride.width, padding.width,
                         dilation.width, options.ceil_mode)}};
}

Bands average_pooling(const char* operation, const Tensor& x, bool signal, const Pair& kernel,
                      const AveragePoolOptions<Pair>& options) {
  const Pair in = image_of(operation, x, signal), stride = stride_of(options.stride, kernel);
  Bands bands = {
      averages(operation, x, in.height, kernel.height, stride.height, options.padding.height,
               options),
      averages(operation, x, in.width, kernel.width, stride.width, options.padding.width, options)};
  if (!options.divisor_override) return bands;
  if (*options.divisor_override == 0)
    throw Error(text(operation, ": a divisor_override of 0; try another number, or none"));
  for (double& weight : bands.columns.weights)
    weight /= static_cast<double>(*options.divisor_override);
  return bands;
}

Bands adaptive_pooling(const char* operation, const Tensor& x, bool signal, const Pair& size) {
  const Pair in = image_of(operation, x, signal);
  return {evenly(operation, x, in.height, size.height), evenly(operation, x, in.width, size.width)};
}

Largest max_pool(const Tensor& x, const MaxPooling& of, bool wants_places) {
  Shape shape = x.shape();
  shape[x.rank() - 2] = of.out.height;
  shape[x.rank() - 1] = of.out.width;
  const Tensor y = empty(shape, x.dtype()), from = contiguous(x);
  const Tensor places = wants_places ? empty(shape, DType::int32) : Tensor();
  if (y.count() == 0) return {y, places};
  const kernels::PoolWindows windows = {
      {of.in.height, of.in.width},           {of.out.height, of.out.width},
      {of.kernel.height, of.kernel.width},   {of.stride.height, of.stride.width},
      {of.padding.height, of.padding.width}, {of.dilation.height, of.dilation.width}};
  const auto kernel = kernels_in_use().pool.max_pool[static_cast<int>(x.dtype())];
  const std::int64_t lines = y.count() / of.out.width;
  const std::int64_t work = of.kernel.height * of.in.width + of.kernel.width * of.out.width;
  parallel_for(lines, rows_per_piece(lines, work), [&](std::int64_t begin, std::int64_t end) {
    const Tensor rows = empty({2, of.in.width}, x.dtype());
    kernel(y.raw(), static_cast<std::int32_t*>(places.raw()), from.raw(), rows.raw(), begin, end,
           windows);
  });
  return {y, places};
}

Tensor take_places(const Tensor& x, const Tensor& places) {
  const Tensor y = empty(places.shape(), x.dtype()), from = contiguous(x);
  if (y.count() == 0) return y;
  const std::int64_t size = x.size(-1) * x.size(-2), taken = places.size(-1) * places.size(-2);
  const auto* at = places.data<std::int32_t>();
  with_dtype(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    const T* const elements = from.data<T>();
    T* const to = static_cast<T*>(y.raw());
    const std::int64_t images = y.count() / taken;
    parallel_for(images, rows_per_piece(images, taken), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t image = begin; image < end; ++image)
        for (std::int64_t i = image * taken; i < (image + 1) * taken; ++i)
          to[i] = at[i] < 0 ? T(0) : elements[image * size + at[i]];
    });
  });
  return y;
}

Tensor put_places(const Tensor& x, const Tensor& places, const Pair& image) {
  Shape shape = x.shape();
  shape[x.rank() - 2] = image.height;
  shape[x.rank() - 1] = image.width;
  const Tensor y = zeros(shape, x.dtype()), from = contiguous(x);
  if (x.count() == 0) return y;
  const std::int64_t size = image.height * image.width, put = x.size(-1) * x.size(-2);
  const auto* at = places.data<std::int32_t>();
  with_dtype(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    const T* const elements = from.data<T>();
    T* const to = static_cast<T*>(y.raw());
    const std::int64_t images = x.count() / put;
    parallel_for(images, rows_per_piece(images, put), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t n = begin; n < end; ++n)
        for (std::int64_t i = n * put; i < (n + 1) * put; ++i)
          if (at[i] >= 0) to[n * size + at[i]] += elements[i];
    });
  });
  return y;
}

namespace {

Tensor largest(const char* operation, const Tensor& x, bool signal, const Pair& kernel,
               const MaxPoolOptions<Pair>& options) {
  const MaxPooling windows = max_pooling(operation, x, signal, kernel, options);
  const Largest found = max_pool(as_image(x, signal), windows, options.indices != nullptr);
  if (options.indices) *options.indices = signal ? squeeze(found.places, -2) : found.places;
  return signal ? squeeze(found.y, -2) : found.y;
}

Tensor resampled(const Tensor& x, bool signal, const Bands& bands) {
  const Tensor y = resample(as_image(x, signal), bands);
  return signal ? squeeze(y, -2) : y;
}

}  // namespace
}  // namespace detail

Tensor max_pool1d(const Tensor& x, std::int64_t kernel,
                  const MaxPoolOptions<std::int64_t>& options) {
  return detail::largest("max_pool1d", x, true, {1, kernel}, detail::as_rows(options));
}
Tensor max_pool2d(const Tensor& x, const Pair& kernel, const MaxPoolOptions<Pair>& options) {
  return detail::largest("max_pool2d", x, false, kernel, options);
}
Tensor avg_pool1d(const Tensor& x, std::int64_t kernel,
                  const AveragePoolOptions<std::int64_t>& options) {
  return detail::resampled(
      x, true,
      detail::average_pooling("avg_pool1d", x, true, {1, kernel}, detail::as_rows(options)));
}
Tensor avg_pool2d(const Tensor& x, const Pair& kernel, const AveragePoolOptions<Pair>& options) {
  return detail::resampled(x, false,
                           detail::average_pooling("avg_pool2d", x, false, kernel, options));
}
Tensor adaptive_avg_pool1d(const Tensor& x, std::int64_t size) {
  return detail::resampled(x, true,
                           detail::adaptive_pooling("adaptive_avg_pool1d", x, true, {1, size}));
}
Tensor adaptive_avg_pool2d(const Tensor& x, const Pair& size) {
  return detail::resampled(x, false,
                           detail::adaptive_pooling("adaptive_avg_pool2d", x, false, size));
}

}  // namespace ebb
