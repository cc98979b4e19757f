#include <algorithm>
#include <tensor/machine/bytes.hpp>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/makers.hpp>

namespace ebb {
namespace {

constexpr std::int64_t grain = 4096;  // elements of a piece: some microseconds of work

void check_indices(std::span<const std::int64_t> indices, std::int64_t rows) {
  for (std::size_t i = 0; i < indices.size(); ++i)
    if (indices[i] < 0 || indices[i] >= rows)
      throw Error(text("gather_bytes: index ", indices[i], " at place ", i, " is outside [0, ",
                       rows, "); rows count from 0"));
}

}  // namespace

Tensor gather_bytes(std::span<const std::uint8_t> rows, std::int64_t row_length,
                    std::span<const std::int64_t> indices, float scale) {
  const auto bytes = static_cast<std::int64_t>(rows.size());
  if (row_length < 1 || bytes % row_length != 0)
    throw ShapeError(text("gather_bytes: ", bytes, " bytes are no whole number of rows of ",
                          row_length, "; the row length must divide them"));
  check_indices(indices, bytes / row_length);

  const auto count = static_cast<std::int64_t>(indices.size());
  const Tensor y = empty({count, row_length});
  float* to = static_cast<float*>(y.raw());
  const auto to_float = kernels_in_use().bytes.to_float;
  const auto rows_per_piece = std::max<std::int64_t>(1, grain / row_length);
  parallel_for(count, rows_per_piece, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i)
      to_float(to + i * row_length, rows.data() + indices[static_cast<std::size_t>(i)] * row_length,
               scale, row_length);
  });
  return y;
}

}  // namespace ebb
