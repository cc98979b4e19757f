// Powers of e along rows and their sums, each row read once while it is near. Compiled once per
// instruction set.
#include <tensor/kernels/reduce_row.hpp>

namespace ebb::kernels {
namespace {

// The sum of exp(x[i] - shift); the powers themselves go to y, unless that is null. The last vector
// of a row comes first: it may reach back over others, which then replace what it stored there.
template <class T>
T sum_of_powers(T* y, const T* x, std::int64_t n, T shift) {
  constexpr std::int64_t w = width<T>;
  const Vector<T> down(shift);
  const std::int64_t whole = n / w * w;
  Vector<T> sum(T(0));
  if (whole < n) {
    const Vector<T> rest = load_rest<T>(x, whole, n, -std::numeric_limits<T>::infinity());
    sum = xsimd::exp(rest - down);
    if (y && n < w) store_end(y, n, sum);
    if (y && n > w) sum.store_unaligned(y + n - w);
  }
  for (std::int64_t i = 0; i < whole; i += w) {
    const Vector<T> power = xsimd::exp(load(x + i) - down);
    if (y) power.store_unaligned(y + i);
    sum += power;
  }
  return fold<Sum, T>(sum);
}

template <class T>
void divide(T* y, std::int64_t n, T by) {
  const Vector<T> divisor(by);
  const std::int64_t last = n - width<T>;
  if (last < 0) return store_end<T>(y, n, load_end<T>(y, n, 0) / divisor);
  const Vector<T> end = load(y + last) / divisor;
  for (std::int64_t i = 0; i < last; i += width<T>) (load(y + i) / divisor).store_unaligned(y + i);
  end.store_unaligned(y + last);
}

template <class T>
void softmax(void* y, const void* x, std::int64_t rows, std::int64_t n) {
  T* to = static_cast<T*>(y);
  const T* from = static_cast<const T*>(x);
  for (std::int64_t row = 0; row < rows; ++row, to += n, from += n)
    divide(to, n, sum_of_powers(to, from, n, reduced<Largest>(from, n)));
}

// An infinite element must not meet itself: infinity minus infinity is NaN.
template <class T>
void power_sums(void* sums, void* shifts, const void* x, std::int64_t rows, std::int64_t n) {
  constexpr T infinity = std::numeric_limits<T>::infinity();
  const T* from = static_cast<const T*>(x);
  for (std::int64_t row = 0; row < rows; ++row, from += n) {
    const T largest = reduced<Largest>(from, n);
    const T shift = largest == infinity || largest == -infinity ? 0 : largest;
    static_cast<T*>(shifts)[row] = shift;
    static_cast<T*>(sums)[row] = sum_of_powers<T>(nullptr, from, n, shift);
  }
}

}  // namespace

namespace EBB_KERNELS {
extern const SoftmaxKernels softmax;
constexpr SoftmaxKernels softmax = {{kernels::softmax<float>, kernels::softmax<double>},
                                    {kernels::power_sums<float>, kernels::power_sums<double>}};
}  // namespace EBB_KERNELS

}  // namespace ebb::kernels
