// Powers of e along rows and their sums, each row read once while it is near. Compiled once per
// instruction set.
#include <tensor/kernels/reduce_row.hpp>

namespace ebb::kernels {
namespace {

// exp(x - shift) for the last elements of a row, x[i] … x[n - 1], behind zeros.
template <class T>
Vector<T> last_powers(const T* x, std::int64_t i, std::int64_t n, std::int64_t before, T shift) {
  const T nothing = -std::numeric_limits<T>::infinity();
  return xsimd::exp(load_rest<T>(x, i, n, before, nothing) - Vector<T>(shift));
}

// The sum of exp(x[i] - shift); the powers themselves go to y, unless that is null. The last vector
// of a row comes first: it reaches back over others, which then replace what it stored there.
template <class T>
[[gnu::always_inline]] inline T sum_of_powers(T* y, const T* x, std::int64_t n, std::int64_t before,
                                              T shift) {
  constexpr std::int64_t w = width<T>;
  const std::int64_t whole = n / w * w;
  Vector<T> sum(T(0));
  if (whole < n) {
    sum = last_powers(x, whole, n, before, shift);
    if (y) sum.store_unaligned(y + n - w);
  }
  for (std::int64_t i = 0; i < whole; i += w) {
    const Vector<T> power = xsimd::exp(load(x + i) - Vector<T>(shift));
    if (y) power.store_unaligned(y + i);
    sum += power;
  }
  return fold<Sum, T>(sum);
}

template <class T>
void divide(T* y, std::int64_t n, T by) {
  const Vector<T> divisor(by);
  const std::int64_t last = n - width<T>;
  const Vector<T> end = load(y + last) / divisor;
  for (std::int64_t i = 0; i < last; i += width<T>) (load(y + i) / divisor).store_unaligned(y + i);
  end.store_unaligned(y + last);
}

template <class T>
void softmax(void* y, const void* x, std::int64_t rows, std::int64_t n) {
  T* to = static_cast<T*>(y);
  const T* from = static_cast<const T*>(x);
  for (std::int64_t row = 0; row < rows; ++row, to += n, from += n) {
    const T largest = reduced<Largest>(from, n, row * n);
    if (n >= width<T>) {
      divide(to, n, sum_of_powers(to, from, n, row * n, largest));
    } else {
      const Vector<T> powers = last_powers<T>(from, 0, n, row * n, largest);
      alignas(64) T lanes[width<T>];
      (powers / Vector<T>(fold<Sum, T>(powers))).store_aligned(lanes);
#pragma GCC unroll 1
      for (std::int64_t i = 0; i < n; ++i) to[i] = lanes[width<T> - n + i];
    }
  }
}

// Of rows [begin, end), each before them may be read.
template <class T>
void power_sums(T* sums, T* largest, const T* x, std::int64_t begin, std::int64_t end,
                std::int64_t n) {
  for (std::int64_t row = begin; row < end; ++row) {
    const T* const from = x + row * n;
    const T shift = reduced<Largest>(from, n, row * n);
    *largest++ = shift;
    *sums++ = sum_of_powers<T>(nullptr, from, n, row * n, shift);
  }
}

// x - largest - log(sum), in this order: what is left of large elements are their differences.
template <class T>
void log_softmax(void* y, const void* x, std::int64_t rows, std::int64_t n) {
  constexpr std::int64_t w = width<T>, near = 256;
  const std::int64_t together = n < near ? w : 1;  // rows that share a logarithm
  alignas(64) T sums[w] = {}, largest[w];
  T* to = static_cast<T*>(y);
  const T* from = static_cast<const T*>(x);
  for (std::int64_t row = 0; row < rows; ++row, to += n, from += n) {
    if (row % together == 0) {
      const std::int64_t end = smaller(row + together, rows);
      power_sums(sums, largest, static_cast<const T*>(x), row, end, n);
      xsimd::log(load(sums)).store_aligned(sums);
    }
    const Vector<T> shift(largest[row % together]), log_sum(sums[row % together]);
    if (n >= w) {
      for (std::int64_t i = 0; i < n - w; i += w)
        (load(from + i) - shift - log_sum).store_unaligned(to + i);
      (load(from + n - w) - shift - log_sum).store_unaligned(to + n - w);
    } else {
      store_end(to, n, load_end<T>(from, n, T(0)) - shift - log_sum);
    }
  }
}

template <class T>
void all_power_sums(void* sums, void* largest, const void* x, std::int64_t rows, std::int64_t n) {
  power_sums(static_cast<T*>(sums), static_cast<T*>(largest), static_cast<const T*>(x), 0, rows, n);
}

// The element of the label is completed after the loop, in one subtraction of what is stored.
template <class T>
void label_rows_back(void* dx, const void* x, const void* largest, const void* log_sums,
                     const void* factors, const std::int32_t* labels, std::int64_t rows,
                     std::int64_t n) {
  constexpr std::int64_t w = width<T>;
  T* to = static_cast<T*>(dx);
  const T* from = static_cast<const T*>(x);
  for (std::int64_t row = 0; row < rows; ++row, to += n, from += n) {
    const T factor = static_cast<const T*>(factors)[row];
    const Vector<T> shift(static_cast<const T*>(largest)[row]), by(factor);
    const Vector<T> log_sum(static_cast<const T*>(log_sums)[row]), zero(T(0));
    const auto rest = [&](const Vector<T>& at) {
      return zero - xsimd::exp(at - shift - log_sum) * by;
    };
    if (n >= w) {
      for (std::int64_t i = 0; i < n - w; i += w) rest(load(from + i)).store_unaligned(to + i);
      rest(load(from + n - w)).store_unaligned(to + n - w);
    } else {
      store_end(to, n, rest(load_end<T>(from, n, T(0))));
    }
    to[labels[row]] += factor;
  }
}

}  // namespace

namespace EBB_KERNELS {
extern const SoftmaxKernels softmax;
constexpr SoftmaxKernels softmax = {
    {kernels::softmax<float>, kernels::softmax<double>},
    {kernels::log_softmax<float>, kernels::log_softmax<double>},
    {kernels::all_power_sums<float>, kernels::all_power_sums<double>},
    {kernels::label_rows_back<float>, kernels::label_rows_back<double>}};
}  // namespace EBB_KERNELS

}  // namespace ebb::kernels
