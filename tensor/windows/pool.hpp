// Windows of signals [(n,) channels, length] and images [(n,) channels, height, width], each to one
// number: its largest element, or its mean. Along an axis of length l there are
//     ⌊(l + 2 padding - dilation (kernel - 1) - 1) / stride⌋ + 1
// windows; in ceil_mode ⌈…⌉ + 1, but none that begins in the padding behind the end. New tensors.
// Throws ShapeError where x does not fit or no window does, and where the padding is larger than
// half a window; DTypeError for int32.
#pragma once

#include <optional>
#include <tensor/makers.hpp>
#include <tensor/windows/pair.hpp>

namespace ebb {

// A stride that is not given is the length of a window.
inline constexpr std::int64_t as_kernel = -1;

template <class Numbers>
struct MaxPoolOptions {
  Numbers stride = as_kernel, padding = 0, dilation = 1;
  bool ceil_mode = false;
  Tensor* indices = nullptr;  // gets the place of each largest element in its image, int32
};
// The largest element, the first of equals; NaN where there is one. Padding counts as nothing.
//     max_pool2d(x, 3, {.stride = 2, .padding = 1})
Tensor max_pool1d(const Tensor& x, std::int64_t kernel,
                  const MaxPoolOptions<std::int64_t>& options = {});
Tensor max_pool2d(const Tensor& x, const Pair& kernel, const MaxPoolOptions<Pair>& options = {});

// The mean: padding counts as zeros, unless count_include_pad = false. With a divisor_override the
// sum over that instead.
template <class Numbers>
struct AveragePoolOptions {
  Numbers stride = as_kernel, padding = 0;
  bool ceil_mode = false, count_include_pad = true;
  std::optional<std::int64_t> divisor_override = {};
};
Tensor avg_pool1d(const Tensor& x, std::int64_t kernel,
                  const AveragePoolOptions<std::int64_t>& options = {});
Tensor avg_pool2d(const Tensor& x, const Pair& kernel,
                  const AveragePoolOptions<Pair>& options = {});

// Means of windows that share the axis evenly: o of `size` goes from ⌊o l / size⌋ to ⌈(o + 1) l /
// size⌉. A size of -1 keeps the length.
Tensor adaptive_avg_pool1d(const Tensor& x, std::int64_t size);
Tensor adaptive_avg_pool2d(const Tensor& x, const Pair& size);

// For those who write the derivative.
namespace detail {

struct Bands;

// What the functions make of their arguments; throws as they do. A signal is an image of one row.
struct MaxPooling {
  Pair kernel, stride, padding, dilation, in, out;
};
MaxPooling max_pooling(const char* operation, const Tensor& x, bool signal, const Pair& kernel,
                       const MaxPoolOptions<Pair>& options);
Bands average_pooling(const char* operation, const Tensor& x, bool signal, const Pair& kernel,
                      const AveragePoolOptions<Pair>& options);
Bands adaptive_pooling(const char* operation, const Tensor& x, bool signal, const Pair& size);

// A signal's options as those of an image of one row.
MaxPoolOptions<Pair> as_rows(const MaxPoolOptions<std::int64_t>& options);
AveragePoolOptions<Pair> as_rows(const AveragePoolOptions<std::int64_t>& options);
// [..., length] as [..., 1, length].
Tensor as_image(const Tensor& x, bool signal);

// The largest elements of x [..., height, width] and their places, an empty tensor if not wanted.
struct Largest {
  Tensor y, places;
};
Largest max_pool(const Tensor& x, const MaxPooling& windows, bool wants_places);

// From each image of x the elements at `places`, 0 for -1; and, the derivative of that, zeros of
// which those places get what they gave.
Tensor take_places(const Tensor& x, const Tensor& places);
Tensor put_places(const Tensor& x, const Tensor& places, const Pair& image);

}  // namespace detail
}  // namespace ebb
