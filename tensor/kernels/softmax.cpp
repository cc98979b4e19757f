// Powers of e along rows and their sums, each row read once while it is near. Compiled once per
// instruction set.
#include <tensor/kernels/normalize/powers.hpp>
#include <tensor/kernels/places.hpp>
#include <tensor/kernels/reduce_row.hpp>

namespace ebb::kernels {
namespace {

// exp(x - shift) for the last elements of a row, x[i] … x[n - 1], behind zeros.
template <class T>
Vector<T> last_powers(const T* x, std::int64_t i, std::int64_t n, std::int64_t before, T shift) {
  const T nothing = -std::numeric_limits<T>::infinity();
  return power_of(load_rest<T>(x, i, n, before, nothing) - Vector<T>(shift));
}

// The sum of exp(x[i] - shift); the powers themselves go to y, unless that is null. The last vector
// of a row reaches back over others, which are not added again; a row that is shorter has no y.
// While powers are computed, memory is asked for what stands `ahead` elements further on in x.
template <class T>
[[gnu::always_inline]] inline Vector<T> add_powers(T* y, const T* x, std::int64_t n,
                                                   std::int64_t before, T shift,
                                                   std::int64_t ahead) {
  constexpr std::int64_t w = width<T>;
  if (0 < n && n < w) return last_powers(x, 0, n, before, shift);
  Vector<T> sum(T(0));
  const auto visit = [&](std::int64_t i) {
    const Vector<T> power = power_of(load(x + i) - Vector<T>(shift));
    if (y) power.store_unaligned(y + i);
    return power;
  };
  std::int64_t i = 0;
  for (; i + w <= n; i += w) {
    __builtin_prefetch(x + i + ahead);
    sum += visit(i);
  }
  if (i < n) sum += xsimd::select(lanes_below<T>(w - n + i), Vector<T>(T(0)), visit(n - w));
  return sum;
}

// Rows that stay in L1 from the first look to the last, at most as many as a vector has lanes.
template <class T>
std::int64_t rows_together(std::int64_t n) {
  constexpr std::int64_t room = 16384 / static_cast<std::int64_t>(sizeof(T));
  return n * width<T> <= room ? width<T> : n < room ? room / n : 1;
}

// The largest element of each of so many rows, and the sum of exp(x - largest); the powers go to y,
// unless that is null.
template <class Choice, class T>
[[gnu::always_inline]] inline void power_sums_of(Waiting<T>& waiting, T* sums, T* largest, T* y,
                                                 const T* x, std::int64_t count, std::int64_t n,
                                                 std::int64_t before) {
  for (std::int64_t i = 0; i < count; ++i)
    waiting.put(i, joined<Choice>(x + i * n, n, before + i * n));
  waiting.template fold_into<Choice>(largest, count);
  for (std::int64_t i = 0; i < count; ++i)
    waiting.put(i,
                add_powers(y ? y + i * n : y, x + i * n, n, before + i * n, largest[i], count * n));
  waiting.template fold_into<Sum>(sums, count);
}

template <class T>
void multiply(T* y, std::int64_t n, T by) {
  const Vector<T> factor(by);
  const std::int64_t last = n - width<T>;
  const Vector<T> end = load(y + last) * factor;
  for (std::int64_t i = 0; i < last; i += width<T>) (load(y + i) * factor).store_unaligned(y + i);
  end.store_unaligned(y + last);
}

// Rows shorter than a vector.
template <class T>
void softmax_short(T* y, const T* x, std::int64_t rows, std::int64_t n) {
  for (std::int64_t row = 0; row < rows; ++row, y += n) {
    const T* const from = x + row * n;
    const T largest = reduced<Largest>(from, n, row * n);
    const Vector<T> powers = last_powers<T>(from, 0, n, row * n, largest);
    alignas(64) T lanes[width<T>];
    (powers / Vector<T>(fold<Sum, T>(powers))).store_aligned(lanes);
#pragma GCC unroll 1
    for (std::int64_t i = 0; i < n; ++i) y[i] = lanes[width<T> - n + i];
  }
}

// The largest of the others does where there is a NaN: that makes the sum a NaN.
struct LargestNumber {
  template <class T>
  static constexpr T neutral = Largest::neutral<T>;
  auto operator()(const auto& a, const auto& b) const { return xsimd::max(a, b); }
};

template <class T>
void softmax(void* y, const void* x, std::int64_t rows, std::int64_t n) {
  T* const to = static_cast<T*>(y);
  const T* const from = static_cast<const T*>(x);
  if (n < width<T>) return softmax_short(to, from, rows, n);
  Waiting<T> waiting;
  alignas(64) T sums[width<T>] = {}, largest[width<T>];
  const std::int64_t together = rows_together<T>(n);
  for (std::int64_t row = 0; row < rows; row += together) {
    const std::int64_t count = smaller(together, rows - row), at = row * n;
    power_sums_of<LargestNumber>(waiting, sums, largest, to + at, from + at, count, n, at);
    (Vector<T>(T(1)) / load(sums)).store_aligned(sums);
    for (std::int64_t i = 0; i < count; ++i) multiply(to + at + i * n, n, sums[i]);
  }
}

// x - largest - log(sum), in this order: what is left of large elements are their differences.
template <class T>
void log_softmax(void* y, const void* x, std::int64_t rows, std::int64_t n) {
  constexpr std::int64_t w = width<T>;
  T* to = static_cast<T*>(y);
  const T* from = static_cast<const T*>(x);
  Waiting<T> waiting;
  alignas(64) T sums[w] = {}, largest[w];
  const std::int64_t together = rows_together<T>(n);
  for (std::int64_t row = 0; row < rows; row += together) {
    const std::int64_t count = smaller(together, rows - row);
    power_sums_of<LargestNumber, T>(waiting, sums, largest, nullptr, from, count, n, row * n);
    xsimd::log(load(sums)).store_aligned(sums);
    for (std::int64_t line = 0; line < count; ++line, to += n, from += n) {
      const Vector<T> shift(largest[line]), log_sum(sums[line]);
      each_vector<T>(n, [&](const auto& at) { at.store(to, at(from) - shift - log_sum); });
    }
  }
}

template <class T>
void power_sums(void* sums, void* largest, const void* x, std::int64_t rows, std::int64_t n) {
  T *to = static_cast<T*>(sums), *shifts = static_cast<T*>(largest);
  const T* const from = static_cast<const T*>(x);
  Waiting<T> waiting;
  alignas(64) T some_sums[width<T>], some_shifts[width<T>];
  const std::int64_t together = rows_together<T>(n);
  for (std::int64_t row = 0; row < rows; row += together) {
    const std::int64_t count = smaller(together, rows - row), at = row * n;
    power_sums_of<Largest, T>(waiting, some_sums, some_shifts, nullptr, from + at, count, n, at);
    for (std::int64_t i = 0; i < count; ++i) {
      *to++ = some_sums[i];
      *shifts++ = some_shifts[i];
    }
  }
}

// The powers are those of the formula Exp, to the last bit, as the plain definition has them. The
// element of the label is completed after the loop, in one subtraction of what is stored.
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
    {kernels::power_sums<float>, kernels::power_sums<double>},
    {kernels::label_rows_back<float>, kernels::label_rows_back<double>}};
}  // namespace EBB_KERNELS

}  // namespace ebb::kernels
