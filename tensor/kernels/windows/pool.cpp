// Averages, resampling and largest elements over windows: down the rows in vectors, then along the
// row that is left. Compiled once per instruction set.
#include <limits>
#include <tensor/kernels/places.hpp>

namespace ebb::kernels {
namespace {

// y = Σ weight x over `count` rows.
template <class T>
void weigh_rows(T* y, const T* x, std::int64_t n, std::int64_t count, const T* weights) {
  if (n == 0) return;
  each_vector<T>(n, [&](const auto& at) {
    Vector<T> sum(T(0));
    if (count > 0) sum = at(x) * Vector<T>(weights[0]);
    for (std::int64_t i = 1; i < count; ++i) sum += at(x + i * n) * Vector<T>(weights[i]);
    at.store(y, sum);
  });
}

// The same along a row, for each output; `taps` of them, or as many as the band says.
template <class T, int taps>
void weigh_columns(T* y, const T* x, const Band& band) {
  const T* weights = static_cast<const T*>(band.weights);
  for (std::int64_t o = 0; o < band.out; ++o, weights += band.taps) {
    const T* const from = x + band.first[o];
    const std::int64_t count = taps > 0 ? taps : band.count[o];
    T sum = count > 0 ? from[0] * weights[0] : T(0);
    for (std::int64_t i = 1; i < count; ++i) sum += from[i] * weights[i];
    y[o] = sum;
  }
}

template <class T>
void resample(void* y, const void* x, void* scratch, std::int64_t begin, std::int64_t end,
              const Band& rows, const Band& columns) {
  const auto along = !columns.even       ? weigh_columns<T, 0>
                     : columns.taps == 1 ? weigh_columns<T, 1>
                     : columns.taps == 2 ? weigh_columns<T, 2>
                     : columns.taps == 3 ? weigh_columns<T, 3>
                                         : weigh_columns<T, 0>;
  T* const row = static_cast<T*>(scratch);
  for (std::int64_t i = begin; i < end; ++i) {
    const std::int64_t o = i % rows.out, first = i / rows.out * rows.in + rows.first[o];
    weigh_rows(row, static_cast<const T*>(x) + first * columns.in, columns.in, rows.count[o],
               static_cast<const T*>(rows.weights) + o * rows.taps);
    along(static_cast<T*>(y) + i * columns.out, row, columns);
  }
}

// Of window o along an axis: the first place, and which of its elements lie inside.
struct Window {
  Window(const PoolWindows& all, int axis, std::int64_t o)
      : step(all.dilation[axis]), at(o * all.stride[axis] - all.padding[axis]) {
    if (at < 0) begin = divide_up(-at, step);
    end = at < all.in[axis] ? smaller(all.kernel[axis], divide_up(all.in[axis] - at, step)) : 0;
  }
  std::int64_t step, at, begin = 0, end;
};

template <class T>
void max_pool(void* y, std::int32_t* at, const void* x, void* scratch, std::int64_t begin,
              std::int64_t end, const PoolWindows& windows) {
  const std::int64_t width = windows.in[1];
  T *const largest = static_cast<T*>(scratch), *const where = largest + width;
  for (std::int64_t row = begin; row < end; ++row) {
    const Window down(windows, 0, row % windows.out[0]);
    const T* const image = static_cast<const T*>(x) + row / windows.out[0] * windows.in[0] * width;
    if (down.begin < down.end)
      each_vector<T>(width, [&](const auto& place) {
        std::int64_t k = down.begin;
        Vector<T> best = place(image + (down.at + k * down.step) * width);
        Vector<T> number(static_cast<T>(down.at + k * down.step));
        for (++k; k < down.end; ++k) {
          const std::int64_t line = down.at + k * down.step;
          const Vector<T> next = place(image + line * width);
          const auto larger = (next > best) || !(next == next);
          best = xsimd::select(larger, next, best);
          number = xsimd::select(larger, Vector<T>(static_cast<T>(line)), number);
        }
        place.store(largest, best);
        place.store(where, number);
      });
    T* const to = static_cast<T*>(y) + row * windows.out[1];
    for (std::int64_t o = 0; o < windows.out[1]; ++o) {
      const Window along(windows, 1, o);
      T best = -std::numeric_limits<T>::infinity(), line = 0;
      std::int64_t column = -1;
      for (std::int64_t k = along.begin; down.begin < down.end && k < along.end; ++k) {
        const std::int64_t next = along.at + k * along.step;
        const T value = largest[next];
        if (column < 0 || value > best || value != value || (value == best && where[next] < line)) {
          best = value;
          line = where[next];
          column = next;
        }
      }
      to[o] = best;
      if (at)
        at[row * windows.out[1] + o] =
            column < 0
                ? -1
                : static_cast<std::int32_t>(static_cast<std::int64_t>(line) * width + column);
    }
  }
}

}  // namespace

namespace EBB_KERNELS {
extern const PoolKernels pool;
constexpr PoolKernels pool = {{resample<float>, resample<double>},
                              {max_pool<float>, max_pool<double>}};
}  // namespace EBB_KERNELS

}  // namespace ebb::kernels
