// Copies of blocks of rows: how windows of an image are laid side by side. Compiled once per
// instruction set.
#include <tensor/kernels/matmul/matrix_copy.hpp>

namespace ebb::kernels {
namespace {

// Few columns: all elements of one column, then of the next, so that the longer loop is the inner
// one.
template <class T>
void copy_narrow(T* to, std::int64_t to_row, const T* from, std::int64_t from_row,
                 std::int64_t rows, std::int64_t columns) {
  for (std::int64_t j = 0; j < columns; ++j)
#pragma GCC unroll 4
    for (std::int64_t i = 0; i < rows; ++i) to[i * to_row + j] = from[i * from_row + j];
}

// Rows of at least a vector; the last one reaches back.
template <class V, class T>
void copy_rows(T* y, std::int64_t to_row, const T* x, std::int64_t from_row, std::int64_t rows,
               std::int64_t columns) {
  constexpr auto wide = static_cast<std::int64_t>(V::size);
  for (std::int64_t i = 0; i < rows; ++i, y += to_row, x += from_row) {
    for (std::int64_t j = 0; j < columns - wide; j += wide)
      V::load_unaligned(x + j).store_unaligned(y + j);
    V::load_unaligned(x + columns - wide).store_unaligned(y + columns - wide);
  }
}

template <class T>
void copy_block(void* to, std::int64_t to_row, const void* from, std::int64_t from_row,
                std::int64_t rows, std::int64_t columns) {
  T* y = static_cast<T*>(to);
  const T* x = static_cast<const T*>(from);
  if (columns >= width<T>) return copy_rows<Vector<T>>(y, to_row, x, from_row, rows, columns);
  if (columns >= static_cast<std::int64_t>(TwoSquares<T>::size))
    return copy_rows<TwoSquares<T>>(y, to_row, x, from_row, rows, columns);
  if (columns >= side<T>) return copy_rows<Square<T>>(y, to_row, x, from_row, rows, columns);
  copy_narrow(y, to_row, x, from_row, rows, columns);
}

}  // namespace

namespace EBB_KERNELS {
extern const PatchKernels patches;
constexpr PatchKernels patches = {{copy_block<float>, copy_block<double>}};
}  // namespace EBB_KERNELS

}  // namespace ebb::kernels
