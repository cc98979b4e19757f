// The kernels of one instruction set: pointers to serial functions on raw memory. Each family of
// kernels fills its own struct, once per instruction set, from a source that is compiled for it.
#pragma once

#include <cstdint>
#include <tensor/kernels/formula_names.hpp>
#include <tensor/kernels/matmul/matmul.hpp>
#include <tensor/kernels/steps.hpp>

namespace ebb::kernels {

// dtypes by their number in ebb::DType: float32, float64, int32.
inline constexpr int floating_types = 2;
inline constexpr int all_types = 3;

// Rows whose elements lie without gaps. Steps lead from one row to the next, in elements.
struct Rows {
  std::int64_t columns;
  std::int64_t count = 1, y_step = 0;
  std::int64_t x_step[4] = {};
  bool repeats[4] = {};  // the input has one element per row, the same for every column
};

// y[i] = F(x[0][i], x[1][i], …) for each column i of each row; y may be one of the inputs, as long
// as that does not repeat. nullptr where a formula does not exist for a dtype.
using ElementwiseLoop = void (*)(void* y, const void* const* x, const Rows& rows);
struct ElementwiseKernels {
  ElementwiseLoop loops[all_types][AllFormulas::size];
};

// The sum, the largest or the smallest of each row of n elements without gaps, or of each column
// over rows that lie `step` elements apart. A NaN among them is the largest and the smallest. An
// empty row gives the neutral element: 0, -infinity, infinity; columns need at least one row.
using ReduceRows = void (*)(void* y, const void* x, std::int64_t rows, std::int64_t n);
using ReduceColumns = void (*)(void* y, const void* x, std::int64_t rows, std::int64_t columns,
                               std::int64_t step);
struct ReduceKernels {
  struct Loops {
    ReduceRows rows[floating_types];
    ReduceColumns columns[floating_types];
  };
  Loops sum, maximum, minimum;
  // Where in each row the largest element stands, the first of equals; n > 0.
  void (*argmax[all_types])(std::int32_t* y, const void* x, std::int64_t rows, std::int64_t n);
};

// Rows of n elements without gaps, as above. y is exp(x) over its sum, or the logarithm of that;
// sums and largest have one element per row, its largest element and the sum of exp(x - largest),
// which is NaN where the largest is infinite.
struct SoftmaxKernels {
  void (*rows[floating_types])(void* y, const void* x, std::int64_t rows, std::int64_t n);
  void (*log_rows[floating_types])(void* y, const void* x, std::int64_t rows, std::int64_t n);
  void (*power_sums[floating_types])(void* sums, void* largest, const void* x, std::int64_t rows,
                                     std::int64_t n);
};

struct CopyKernels {
  // n words of 4 bytes; the two do not overlap.
  void (*copy)(void* to, const void* from, std::int64_t n);
  // to[i * to_row + j] = from[i + j * from_column], for elements of 4 and of 8 bytes.
  void (*transpose[2])(void* to, std::int64_t to_row, const void* from, std::int64_t from_column,
                       std::int64_t rows, std::int64_t columns);
};

// to[i to_row + j] = from[i from_row + j] for rows x columns elements: windows of an image, side by
// side.
struct PatchKernels {
  void (*copy[floating_types])(void* to, std::int64_t to_row, const void* from,
                               std::int64_t from_row, std::int64_t rows, std::int64_t columns);
};

// Counter-based random numbers (Philox 4x32-10): number `first + i` of (seed, stream) goes to y[i].
using RandomLoop = void (*)(void* y, std::uint64_t seed, std::uint64_t stream, std::uint64_t first,
                            std::int64_t n);
struct RandomKernels {
  RandomLoop uniform[floating_types];  // in [0, 1)
  RandomLoop normal[floating_types];   // mean 0, variance 1
};

// The step `step`, a formula of AllSteps, at n weights: they, their gradients and each of their
// states lie without gaps. Returns the place of the first weight that stays with its states because
// they would not be finite, or -1.
using UpdateLoop = std::int64_t (*)(const void* step, void* weight, const void* gradient,
                                    void* const* states, std::int64_t n);
struct UpdateKernels {
  UpdateLoop loops[floating_types][AllSteps::size];
};

// y[i] = scale * x[i], bytes to float32: pixels on their way into a batch.
struct ByteKernels {
  void (*to_float)(float* y, const std::uint8_t* x, float scale, std::int64_t n);
};

struct Table {
  const char* name;
  const ElementwiseKernels& elementwise;
  const ReduceKernels& reduce;
  const SoftmaxKernels& softmax;
  const CopyKernels& copy;
  const MatmulKernels& matmul;
  const RandomKernels& random;
  const UpdateKernels& update;
  const ByteKernels& bytes;
  const PatchKernels& patches;
};

}  // namespace ebb::kernels
