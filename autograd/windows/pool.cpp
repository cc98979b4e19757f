#include <autograd/windows/pool.hpp>
#include <tensor/views.hpp>
#include <tensor/windows/band.hpp>

namespace ebb {
namespace {

using detail::MaxPooling;

Tensor as_asked(const Tensor& y, bool signal) { return signal ? squeeze(y, -2) : y; }

// What is taken from an image forward is put back into it, and what is put is taken.
Variable put(const Variable& x, const Tensor& places, const Pair& image, bool signal);
Variable take(const Variable& x, const Tensor& places, const Pair& image, bool signal) {
  const Tensor y = detail::take_places(detail::as_image(x.value(), signal), places);
  return record("take_places", as_asked(y, signal),
                Wrt{x, [=](const Variable& dy) { return put(dy, places, image, signal); }},
                Constant{places});
}
Variable put(const Variable& x, const Tensor& places, const Pair& image, bool signal) {
  const Tensor y = detail::put_places(detail::as_image(x.value(), signal), places, image);
  return record("put_places", as_asked(y, signal),
                Wrt{x, [=](const Variable& dy) { return take(dy, places, image, signal); }},
                Constant{places});
}

template <class Numbers>
Shape numbers(const Numbers& pair) {
  if constexpr (std::is_same_v<Numbers, Pair>)
    return {pair.height, pair.width};
  else
    return {pair};
}

Variable max_pool(const char* name, const Variable& x, bool signal, const Pair& kernel,
                  const MaxPoolOptions<Pair>& options) {
  const MaxPooling of = detail::max_pooling(name, x.value(), signal, kernel, options);
  const bool wanted = options.indices != nullptr || (recording() && x.wants_gradient());
  const auto [y, places] = detail::max_pool(detail::as_image(x.value(), signal), of, wanted);
  if (options.indices) *options.indices = as_asked(places, signal);
  return record({name,
                 {{"kernel", numbers(of.kernel)},
                  {"stride", numbers(of.stride)},
                  {"padding", numbers(of.padding)},
                  {"dilation", numbers(of.dilation)},
                  {"ceil_mode", options.ceil_mode}}},
                as_asked(y, signal),
                Wrt{x, [at = places, image = of.in, signal](const Variable& dy) {
                      return put(dy, at, image, signal);
                    }});
}

template <class Numbers>
Variable average(const char* name, const Variable& x, bool signal, const Numbers& kernel,
                 const AveragePoolOptions<Numbers>& given, const Pair& image_kernel,
                 const AveragePoolOptions<Pair>& options) {
  const detail::Bands bands =
      detail::average_pooling(name, x.value(), signal, image_kernel, options);
  const Numbers& stride = given.stride == Numbers(as_kernel) ? kernel : given.stride;
  return detail::resample({name,
                           {{"kernel", numbers(kernel)},
                            {"stride", numbers(stride)},
                            {"padding", numbers(given.padding)},
                            {"ceil_mode", given.ceil_mode},
                            {"count_include_pad", given.count_include_pad},
                            {"divisor_override", given.divisor_override.value_or(0)}}},
                          x, signal, bands);
}

}  // namespace

Variable detail::resample(const Operation& operation, const Variable& x, bool signal,
                          const Bands& bands) {
  const Tensor y = resample(as_image(x.value(), signal), bands);
  return record(operation, as_asked(y, signal), Wrt{x, [signal, bands](const Variable& dy) {
                                                      return resample("resample", dy, signal,
                                                                      bands.transposed());
                                                    }});
}

Variable max_pool1d(const Variable& x, std::int64_t kernel,
                    const MaxPoolOptions<std::int64_t>& options) {
  return max_pool("max_pool1d", x, true, {1, kernel}, detail::as_rows(options));
}
Variable max_pool2d(const Variable& x, const Pair& kernel, const MaxPoolOptions<Pair>& options) {
  return max_pool("max_pool2d", x, false, kernel, options);
}
Variable avg_pool1d(const Variable& x, std::int64_t kernel,
                    const AveragePoolOptions<std::int64_t>& options) {
  return average("avg_pool1d", x, true, kernel, options, {1, kernel}, detail::as_rows(options));
}
Variable avg_pool2d(const Variable& x, const Pair& kernel,
                    const AveragePoolOptions<Pair>& options) {
  return average("avg_pool2d", x, false, kernel, options, kernel, options);
}
Variable adaptive_avg_pool1d(const Variable& x, std::int64_t size) {
  return detail::resample(
      {"adaptive_avg_pool1d", {{"size", size}}}, x, true,
      detail::adaptive_pooling("adaptive_avg_pool1d", x.value(), true, {1, size}));
}
Variable adaptive_avg_pool2d(const Variable& x, const Pair& size) {
  return detail::resample({"adaptive_avg_pool2d", {{"size", numbers(size)}}}, x, false,
                          detail::adaptive_pooling("adaptive_avg_pool2d", x.value(), false, size));
}

}  // namespace ebb
