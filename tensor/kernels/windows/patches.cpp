// Copies of blocks of rows: how windows of an image are laid side by side. Compiled once per
// instruction set.
#include <tensor/kernels/simd.hpp>

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

template <class T>
void copy_block(void* to, std::int64_t to_row, const void* from, std::int64_t from_row,
                std::int64_t rows, std::int64_t columns) {
  T* y = static_cast<T*>(to);
  const T* x = static_cast<const T*>(from);
  constexpr std::int64_t w = width<T>;
  if (columns < w) return copy_narrow(y, to_row, x, from_row, rows, columns);
  for (std::int64_t i = 0; i < rows; ++i, y += to_row, x += from_row) {
    for (std::int64_t j = 0; j < columns - w; j += w) load(x + j).store_unaligned(y + j);
    load(x + columns - w).store_unaligned(y + columns - w);
  }
}

}  // namespace

namespace EBB_KERNELS {
extern const PatchKernels patches;
constexpr PatchKernels patches = {{copy_block<float>, copy_block<double>}};
}  // namespace EBB_KERNELS

}  // namespace ebb::kernels
