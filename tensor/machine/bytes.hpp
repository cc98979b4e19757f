// Bytes on their way into a tensor: how a batch is made from pixels that stay bytes in memory.
#pragma once

#include <cstdint>
#include <span>
#include <tensor/tensor.hpp>

namespace ebb {

// y[i][j] = scale * rows[indices[i]][j]: the chosen rows of a row-major [n, row_length] array of
// bytes as a new float32 tensor [indices.size(), row_length]; repeats are allowed.
// Throws ShapeError when `rows` is no whole number of rows, Error for an index outside [0, n).
Tensor gather_bytes(std::span<const std::uint8_t> rows, std::int64_t row_length,
                    std::span<const std::int64_t> indices, float scale);

}  // namespace ebb
