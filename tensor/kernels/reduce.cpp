// Many elements to one: sums, products, largest and smallest, where those stand. Compiled once per
// instruction set.
#include <tensor/kernels/reduce_row.hpp>

namespace ebb::kernels {
namespace {

template <class Join, class T>
void reduce_rows(void* y, const void* x, std::int64_t rows, std::int64_t n) {
  for (std::int64_t row = 0; row < rows; ++row)
    static_cast<T*>(y)[row] = reduced<Join, T>(static_cast<const T*>(x) + row * n, n, row * n);
}

// Columns that do not fill a vector: what stands behind a row is taken along and never stored.
template <class Join, class T>
void reduce_few_columns(T* y, const T* x, std::int64_t rows, std::int64_t columns,
                        std::int64_t step) {
  const T* const end = x + (rows - 1) * step + columns;
  const auto load_row = [&](const T* row) {
    return end - row >= width<T> ? load(row) : load_end<T>(row, columns, 0);
  };
  Vector<T> result = load_row(x);
  for (std::int64_t row = 1; row < rows; ++row) result = Join{}(result, load_row(x + row * step));
  store_end(y, columns, result);
}

// So many vectors of columns go down the rows together, because the additions of one must wait for
// each other. The last reaches back over columns that are done.
template <int together, class Join, class T>
void reduce_vectors(T* y, const T* x, std::int64_t rows, std::int64_t columns, std::int64_t step) {
  const auto at = [last = columns - width<T>](int i) {
    return i < together - 1 || i * width<T> < last ? i * width<T> : last;
  };
  Vector<T> result[together];
#pragma GCC unroll 4
  for (int i = 0; i < together; ++i) result[i] = load(x + at(i));
  for (std::int64_t row = 1; row < rows; ++row) {
    x += step;
#pragma GCC unroll 4
    for (int i = 0; i < together; ++i) result[i] = Join{}(result[i], load(x + at(i)));
  }
#pragma GCC unroll 4
  for (int i = 0; i < together; ++i) result[i].store_unaligned(y + at(i));
}

template <class Join, class T>
void reduce_columns(void* to, const void* from, std::int64_t rows, std::int64_t columns,
                    std::int64_t step) {
  T* y = static_cast<T*>(to);
  const T* x = static_cast<const T*>(from);
  if (columns < width<T>) return reduce_few_columns<Join>(y, x, rows, columns, step);
  for (; columns > 4 * width<T>; columns -= 4 * width<T>, x += 4 * width<T>, y += 4 * width<T>)
    reduce_vectors<4, Join>(y, x, rows, 4 * width<T>, step);
  // A last vector that fewer columns than a vector are left for begins before x: it reduces some
  // columns of the loop above again, with the same result.
  const auto reduce_rest = columns > 3 * width<T>   ? reduce_vectors<4, Join, T>
                           : columns > 2 * width<T> ? reduce_vectors<3, Join, T>
                           : columns > width<T>     ? reduce_vectors<2, Join, T>
                                                    : reduce_vectors<1, Join, T>;
  reduce_rest(y, x, rows, columns, step);
}

// The position of the first element that equals `value`, or that is a NaN where `value` is one.
template <class T>
std::int64_t position_of(T value, const T* x, std::int64_t n) {
  const bool broken = !(value == value);
  const Vector<T> wanted(value);
  std::int64_t i = 0;
  for (; i + width<T> <= n; i += width<T>) {
    const Vector<T> found = load(x + i);
    if (broken ? !xsimd::all(found == found) : xsimd::any(found == wanted)) break;
  }
  while (broken ? x[i] == x[i] : !(x[i] == value)) ++i;
  return i;
}

template <class Extreme, class T>
void place_rows(std::int32_t* y, const void* x, std::int64_t rows, std::int64_t n) {
  const T* from = static_cast<const T*>(x);
  for (std::int64_t row = 0; row < rows; ++row, from += n)
    y[row] =
        static_cast<std::int32_t>(position_of<T>(reduced<Extreme, T>(from, n, row * n), from, n));
}

template <class Join>
constexpr ReduceKernels::Loops loops = {
    {reduce_rows<Join, float>, reduce_rows<Join, double>},
    {reduce_columns<Join, float>, reduce_columns<Join, double>}};

}  // namespace

namespace EBB_KERNELS {
extern const ReduceKernels reduce;
constexpr ReduceKernels reduce = {
    loops<Sum>,
    loops<Product>,
    loops<Largest>,
    loops<Smallest>,
    {place_rows<Largest, float>, place_rows<Largest, double>, place_rows<Largest, std::int32_t>},
    {place_rows<Smallest, float>, place_rows<Smallest, double>,
     place_rows<Smallest, std::int32_t>}};
}  // namespace EBB_KERNELS

}  // namespace ebb::kernels
