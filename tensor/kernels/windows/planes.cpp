// Sums of the planes of an image under windows, vectors of a row at a time. Compiled once per
// instruction set.
#include <tensor/kernels/simd.hpp>

namespace ebb::kernels {
namespace {

// Elements from the first place of a row to the last.
std::int64_t line_of(const Taps& columns) { return (columns.count - 1) * columns.stride + 1; }

// An element all of whose bits are set.
template <class T>
Vector<T> bits_of() {
  const Vector<T> zero(T(0));
  return ~(zero ^ zero);
}

// Those lanes of a vector that lie in a row of the source.
struct Inside {
  std::int64_t begin, end;
  template <class T>
  bool none() const {
    return end <= 0 || begin >= width<T>;
  }
  template <class T>
  Vector<T> only(const Vector<T>& x) const {
    if (begin <= 0 && end >= width<T>) return x;
    const auto below = lanes_below<T>(end) && !lanes_below<T>(begin);
    return xsimd::select(below, x, Vector<T>(T(0)));
  }
};

// For each column of the taps and each place of a row: all bits of the element, or none where the
// tap lies outside of the source.
template <class T>
void mark_inside(T* marks, std::int64_t line, const PlaneWindows& s) {
  const Vector<T> all = bits_of<T>();
  for (std::int64_t v = 0; v < s.columns.taps; ++v, marks += line)
    for (std::int64_t at = 0; at < line; at += width<T>) {
      const std::int64_t column = at + v * s.columns.dilation - s.columns.before;
      Inside{-column, s.width - column}.only(all).store_unaligned(marks + at);
    }
}

// Sums of `vectors` vectors of places from `at` on, for taps [begin, end) of the row whose first
// tap reads `row`.
template <class T, bool weighted, int vectors>
[[gnu::always_inline]] inline void sum_at(T* y, const T* x, const T* weights, T bias,
                                          const T* marks, std::int64_t line, const PlaneWindows& s,
                                          std::int64_t row, std::int64_t begin, std::int64_t end) {
  const std::int64_t tap_row = s.rows.tap_step * s.kernel_columns;
  const std::int64_t next = tap_row * s.plane + s.rows.dilation * s.width;
  std::int64_t tap = s.rows.first_tap * s.kernel_columns + s.columns.first_tap + begin * tap_row;
  const std::int64_t first = (row + begin * s.rows.dilation) * s.width - s.columns.before;
  Vector<T> sums[vectors];
  for (Vector<T>& sum : sums) sum = Vector<T>(bias);
  for (std::int64_t v = 0; v < s.columns.taps; ++v, tap += s.columns.tap_step, marks += line) {
    const T* from = x + tap * s.plane + first + v * s.columns.dilation;
    const T* weight = weights + tap;
    Vector<T> parts[vectors];
    for (Vector<T>& part : parts) part = Vector<T>(T(0));
    for (std::int64_t u = begin; u < end; ++u, from += next, weight += tap_row) {
      const Vector<T> factor(weighted ? *weight : T(1));
#pragma GCC unroll 4
      for (int i = 0; i < vectors; ++i) {
        const Vector<T> value = load(from + i * width<T>);
        parts[i] = weighted ? fma(value, factor, parts[i]) : parts[i] + value;
      }
    }
#pragma GCC unroll 4
    for (int i = 0; i < vectors; ++i) sums[i] += parts[i] & load(marks + i * width<T>);
  }
#pragma GCC unroll 4
  for (int i = 0; i < vectors; ++i) sums[i].store_unaligned(y + i * width<T>);
}

// y[j y_step] = x[j x_step].
template <class T>
void spread_out(T* y, std::int64_t y_step, const T* x, std::int64_t x_step, std::int64_t n) {
  if (y_step == 1 && x_step == 1 && n >= width<T>) {
    for (std::int64_t at = 0; at < n - width<T>; at += width<T>)
      load(x + at).store_unaligned(y + at);
    load(x + n - width<T>).store_unaligned(y + n - width<T>);
    return;
  }
#pragma GCC unroll 4
  for (std::int64_t j = 0; j < n; ++j) y[j * y_step] = x[j * x_step];
}

template <class T, bool weighted>
void sum_rows(T* y, std::int64_t y_row, T* room, const T* x, const T* weights, T bias,
              const PlaneWindows& s, std::int64_t begin, std::int64_t end) {
  const Taps &rows = s.rows, &columns = s.columns;
  const std::int64_t n = line_of(columns), line = divide_up(n, width<T>) * width<T>;
  const bool direct = columns.stride == 1 && columns.step == 1 && n % width<T> == 0;
  T* const marks = room + line;
  mark_inside(marks, line, s);
  for (std::int64_t i = begin; i < end; ++i) {
    const std::int64_t row = i * rows.stride - rows.before;
    const std::int64_t first = row >= 0 ? 0 : divide_up(-row, rows.dilation);
    const std::int64_t last =
        smaller(rows.taps, row < s.height ? divide_up(s.height - row, rows.dilation) : 0);
    T* const to = y + (rows.first + i * rows.step) * y_row + columns.first;
    T* const sums = direct ? to : room;
    std::int64_t at = 0;
    for (; at + 2 * width<T> <= line; at += 2 * width<T>)
      sum_at<T, weighted, 2>(sums + at, x + at, weights, bias, marks + at, line, s,
                             row - s.first_row, first, last);
    if (at < line)
      sum_at<T, weighted, 1>(sums + at, x + at, weights, bias, marks + at, line, s,
                             row - s.first_row, first, last);
    if (!direct) spread_out(to, columns.step, room, columns.stride, columns.count);
  }
}

template <class T>
void sum(void* y, std::int64_t y_row, void* room, const void* x, const void* weights,
         const void* bias, const PlaneWindows& windows, std::int64_t begin, std::int64_t end) {
  (weights != nullptr ? sum_rows<T, true>
                      : sum_rows<T, false>)(static_cast<T*>(y), y_row, static_cast<T*>(room),
                                            static_cast<const T*>(x),
                                            static_cast<const T*>(weights),
                                            bias != nullptr ? *static_cast<const T*>(bias) : T(0),
                                            windows, begin, end);
}

// Two sums, because an addition must wait for the one before it.
template <class T>
void correlate(void* sums, const void* x, const void* y, const void* used, const PlaneWindows& s) {
  const Taps &rows = s.rows, &columns = s.columns;
  const std::int64_t y_row = divide_up(line_of(columns), width<T>) * width<T>;
  for (std::int64_t at = 0; at < y_row; at += width<T>) {
    const auto counts = load(static_cast<const T*>(used) + at) > Vector<T>(T(0));
    for (std::int64_t v = 0; v < columns.taps; ++v) {
      const std::int64_t column = at + v * columns.dilation - columns.before;
      const Inside inside = {-column, s.width - column};
      if (inside.template none<T>()) continue;
      for (std::int64_t u = 0; u < rows.taps; ++u) {
        const std::int64_t row = u * rows.dilation - rows.before;
        const std::int64_t begin = row >= 0 ? 0 : divide_up(-row, rows.stride);
        const std::int64_t end =
            smaller(rows.count, row < s.height ? divide_up(s.height - row, rows.stride) : 0);
        const T* a =
            static_cast<const T*>(x) + (row + begin * rows.stride - s.first_row) * s.width + column;
        const T* b = static_cast<const T*>(y) + begin * y_row + at;
        const std::int64_t step = rows.stride * s.width;
        Vector<T> even(T(0)), odd(T(0));
        std::int64_t rest = end - begin;
        for (; rest > 1; rest -= 2, a += 2 * step, b += 2 * y_row) {
          even = fma(load(a), load(b), even);
          odd = fma(load(a + step), load(b + y_row), odd);
        }
        if (rest == 1) even = fma(load(a), load(b), even);
        T* const to = static_cast<T*>(sums) + (u * columns.taps + v) * width<T>;
        const Vector<T> all = inside.only(even + odd);
        (load(to) + xsimd::select(counts, all, Vector<T>(T(0)))).store_unaligned(to);
      }
    }
  }
}

}  // namespace

namespace EBB_KERNELS {
extern const PlaneKernels planes;
constexpr PlaneKernels planes = {{sum<float>, sum<double>}, {correlate<float>, correlate<double>}};
}  // namespace EBB_KERNELS

}  // namespace ebb::kernels
