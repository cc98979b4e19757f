// The rows of an attention: scores to weights, and gradients of weights to those of scores.
// Compiled once per instruction set.
#include <tensor/kernels/normalize/powers.hpp>
#include <tensor/kernels/reduce_row.hpp>

namespace ebb::kernels {
namespace {

// What is behind the first n elements of a row becomes `padding`.
template <class T>
Vector<T> padded(const Vector<T>& x, std::int64_t i, std::int64_t n, T padding) {
  return i + width<T> <= n ? x : xsimd::select(lanes_below<T>(n - i), x, Vector<T>(padding));
}

// scale x + bias for the first n elements of a row, -infinity behind them; returns the largest.
template <class T>
T scaled(T* x, std::int64_t n, T scale, const T* bias) {
  constexpr T nothing = -std::numeric_limits<T>::infinity();
  Vector<T> largest(nothing);
  for (std::int64_t i = 0; i < n; i += width<T>) {
    Vector<T> score = load(x + i) * Vector<T>(scale);
    if (bias) score += i + width<T> <= n ? load(bias + i) : load_end<T>(bias + i, n - i, T(0));
    score = padded(score, i, n, nothing);
    largest = Largest{}(largest, score);
    score.store_unaligned(x + i);
  }
  return fold<Largest, T>(largest);
}

template <class T>
void weigh(void* scores, const AttentionRows& rows, double scale, const void* bias,
           std::int64_t bias_step) {
  constexpr std::int64_t w = width<T>;
  for (std::int64_t row = 0; row < rows.count; ++row) {
    T* const x = static_cast<T*>(scores) + row * rows.step;
    const std::int64_t n = smaller(rows.first + row * rows.more, rows.columns);
    const T* const its = bias ? static_cast<const T*>(bias) + row * bias_step : nullptr;
    const T largest = scaled(x, n, static_cast<T>(scale), its);
    std::int64_t i = 0;
    if (!(largest == -std::numeric_limits<T>::infinity())) {
      Vector<T> sum(T(0));
      for (; i < n; i += w) {
        const Vector<T> power = power_of(load(x + i) - Vector<T>(largest));
        power.store_unaligned(x + i);
        sum += power;
      }
      const Vector<T> share(1 / fold<Sum, T>(sum));
      for (std::int64_t j = 0; j < n; j += w) (load(x + j) * share).store_unaligned(x + j);
    }
    for (; i < rows.columns; i += w) Vector<T>(T(0)).store_unaligned(x + i);
  }
}

template <class T>
void weigh_back(void* gradients, const void* weights, const AttentionRows& rows, double scale) {
  for (std::int64_t row = 0; row < rows.count; ++row) {
    T* const dy = static_cast<T*>(gradients) + row * rows.step;
    const T* const y = static_cast<const T*>(weights) + row * rows.step;
    Vector<T> sum(T(0));
    for (std::int64_t i = 0; i < rows.columns; i += width<T>)
      sum += padded(load(y + i) * load(dy + i), i, rows.columns, T(0));
    const Vector<T> mean(fold<Sum, T>(sum)), factor(static_cast<T>(scale));
    for (std::int64_t i = 0; i < rows.columns; i += width<T>)
      (factor * load(y + i) * (load(dy + i) - mean)).store_unaligned(dy + i);
  }
}

}  // namespace

namespace EBB_KERNELS {
extern const AttentionKernels attention;
constexpr AttentionKernels attention = {{weigh<float>, weigh<double>},
                                        {weigh_back<float>, weigh_back<double>}};
}  // namespace EBB_KERNELS

}  // namespace ebb::kernels
