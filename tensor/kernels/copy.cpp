// Copies, straight or turning rows into columns. Compiled once per instruction set.
#include <tensor/kernels/matmul/matrix_copy.hpp>

namespace ebb::kernels {
namespace {

// The C library's is as fast, but half as fast where the addresses lie badly to each other.
void copy_straight(void* to, const void* from, std::int64_t n) {
  const float* const x = static_cast<const float*>(from);
  float* const y = static_cast<float*>(to);
  constexpr std::int64_t w = width<float>;
  if (n < w) {
    if (n > 0) store_end(y, n, load_end(x, n, 0.0F));
    return;
  }
  for (std::int64_t i = 0; i < n - w; i += w) load(x + i).store_unaligned(y + i);
  load(x + n - w).store_unaligned(y + n - w);
}

// Tiles small enough that the cache lines of a row are still there when the next row wants them.
template <class T>
void transpose(void* to, std::int64_t to_row, const void* from, std::int64_t from_column,
               std::int64_t rows, std::int64_t columns) {
  constexpr std::int64_t tile_rows = 16, tile_columns = 32;
  for (std::int64_t row = 0; row < rows; row += tile_rows)
    for (std::int64_t column = 0; column < columns; column += tile_columns)
      copy_matrix(static_cast<T*>(to) + row * to_row + column, to_row,
                  static_cast<const T*>(from) + row + column * from_column, 1, from_column,
                  rows - row < tile_rows ? rows - row : tile_rows,
                  columns - column < tile_columns ? columns - column : tile_columns);
}

}  // namespace

namespace EBB_KERNELS {
extern const CopyKernels copy;
constexpr CopyKernels copy = {copy_straight, {transpose<float>, transpose<double>}};
}  // namespace EBB_KERNELS

}  // namespace ebb::kernels
