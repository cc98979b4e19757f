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

// From a tap to the one below and to the one beside it: elements of planes and weights.
struct Steps {
  explicit Steps(const PlaneWindows& s)
      : weight_down(s.rows.tap_step * s.kernel_columns),
        weight_along(s.columns.tap_step),
        down(weight_down * s.plane + s.rows.dilation * s.width),
        along(weight_along * s.plane + s.columns.dilation) {}
  std::int64_t weight_down, weight_along, down, along;
};

// Sums of `vectors` vectors of places for a few taps, the first of which are at x and weights.
template <class T, bool weighted, int vectors>
[[gnu::always_inline]] inline void sum_taps(T* y, const T* x, const T* weights, T bias,
                                            const T* marks, std::int64_t line, const Steps& steps,
                                            std::int64_t taps_down, std::int64_t taps_along) {
  Vector<T> sums[vectors];
  for (Vector<T>& sum : sums) sum = Vector<T>(bias);
  for (std::int64_t v = 0; v < taps_along; ++v) {
    const T *from = x, *weight = weights;
    Vector<T> parts[vectors];
    for (Vector<T>& part : parts) part = Vector<T>(T(0));
    for (std::int64_t u = 0; u < taps_down; ++u) {
      const Vector<T> factor(weighted ? *weight : T(1));
#pragma GCC unroll 4
      for (int i = 0; i < vectors; ++i) {
        const Vector<T> value = load(from + i * width<T>);
        parts[i] = weighted ? fma(value, factor, parts[i]) : parts[i] + value;
      }
      from += steps.down;
      if (weighted) weight += steps.weight_down;
    }
#pragma GCC unroll 4
    for (int i = 0; i < vectors; ++i) sums[i] += parts[i] & load(marks + i * width<T>);
    x += steps.along, marks += line;
    if (weighted) weights += steps.weight_along;
  }
#pragma GCC unroll 4
  for (int i = 0; i < vectors; ++i) sums[i].store_unaligned(y + i * width<T>);
}

template <class T, bool weighted>
void sum_rows(T* y, std::int64_t y_row, T* room, const T* x, const T* weights, T bias,
              const PlaneWindows& s, std::int64_t begin, std::int64_t end) {
  const Taps &rows = s.rows, &columns = s.columns;
  const Steps steps(s);
  const std::int64_t line = divide_up(line_of(columns), width<T>) * width<T>;
  const bool together = rows.step == 1 && columns.step == 1 && columns.stride == 1;
  T* const marks = room + line;
  mark_inside(marks, line, s);
  const std::int64_t first_tap = rows.first_tap * s.kernel_columns + columns.first_tap;
  x += first_tap * s.plane - s.first_row * s.width - columns.before;
  if (weighted) weights += first_tap;
  for (std::int64_t i = begin; i < end; ++i) {
    const std::int64_t row = i * rows.stride - rows.before;
    const std::int64_t first = row >= 0 ? 0 : divide_up(-row, rows.dilation);
    std::int64_t last = rows.taps;
    if (row + (last - 1) * rows.dilation >= s.height)
      last = row < s.height ? divide_up(s.height - row, rows.dilation) : 0;
    // The last vector may reach into rows that are yet to come.
    T* const to = y + (rows.first + i * rows.step) * y_row + columns.first;
    const bool direct = together && (end - i) * y_row >= line;
    const T* const from = x + row * s.width + first * steps.down;
    const T* const weight = weighted ? weights + first * steps.weight_down : nullptr;
    const auto sum = [&]<int vectors>(std::int64_t at) {
      sum_taps<T, weighted, vectors>((direct ? to : room) + at, from + at, weight, bias, marks + at,
                                     line, steps, last - first, columns.taps);
    };
    std::int64_t at = 0;
    for (; at + 2 * width<T> <= line; at += 2 * width<T>) sum.template operator()<2>(at);
    if (at < line) sum.template operator()<1>(at);
    if (!direct)
#pragma GCC unroll 4
      for (std::int64_t j = 0; j < columns.count; ++j)
        to[j * columns.step] = room[j * columns.stride];
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
