// Copies that turn rows into columns. Compiled once per instruction set.
#include <tensor/kernels/matrix_copy.hpp>

namespace ebb::kernels {
namespace {

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
constexpr CopyKernels copy = {{transpose<float>, transpose<double>}};
}  // namespace EBB_KERNELS

}  // namespace ebb::kernels
