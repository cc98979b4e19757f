// The kernels of one instruction set: pointers to serial functions on raw memory. Each family of
// kernels fills its own struct, once per instruction set, from a source that is compiled for it.
#pragma once

#include <cstdint>
#include <tensor/kernels/formula_names.hpp>
#include <tensor/kernels/matmul/matmul.hpp>
#include <tensor/kernels/steps.hpp>
#include <tensor/kernels/windows/planes.hpp>
#include <tensor/kernels/windows/pool.hpp>

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

// The sum, the product, the largest or the smallest of each row of n elements without gaps, or of
// each column over rows that lie `step` elements apart. A NaN among them is the largest and the
// smallest. An empty row gives the neutral element: 0, 1, -infinity, infinity; columns need at
// least one row.
using ReduceRows = void (*)(void* y, const void* x, std::int64_t rows, std::int64_t n);
using ReduceColumns = void (*)(void* y, const void* x, std::int64_t rows, std::int64_t columns,
                               std::int64_t step);
struct ReduceKernels {
  struct Loops {
    ReduceRows rows[floating_types];
    ReduceColumns columns[floating_types];
  };
  Loops sum, product, maximum, minimum;
  // Where in each row the largest or smallest element stands, the first of equals; n > 0.
  using Places = void (*)(std::int32_t* y, const void* x, std::int64_t rows, std::int64_t n);
  Places argmax[all_types], argmin[all_types];
};

// Rows of n elements without gaps, as above. y is exp(x) over its sum, or the logarithm of that;
// sums and largest have one element per row, its largest element and the sum of exp(x - largest),
// which is NaN where the largest is infinite.
struct SoftmaxKernels {
  void (*rows[floating_types])(void* y, const void* x, std::int64_t rows, std::int64_t n);
  void (*log_rows[floating_types])(void* y, const void* x, std::int64_t rows, std::int64_t n);
  void (*power_sums[floating_types])(void* sums, void* largest, const void* x, std::int64_t rows,
                                     std::int64_t n);
  // dx = factor ([j = label] - exp(x - largest - log_sum)), with one of each of these for a row.
  void (*label_rows_back[floating_types])(void* dx, const void* x, const void* largest,
                                          const void* log_sums, const void* factors,
                                          const std::int32_t* labels, std::int64_t rows,
                                          std::int64_t n);
};

// What normalizations read: rows of x and dy without gaps; numbers of a row or of a column, which
// each kernel says.
struct NormalizeArrays {
  const void* x;
  const void* dy = nullptr;
  const void *mean = nullptr, *scale = nullptr, *shift = nullptr, *slope = nullptr;
  const void *gain = nullptr, *bias = nullptr;  // of columns
};
struct NormalizeKernels {
  // The mean and the sum of squared deviations from it: of each row, and of each column over rows
  // that lie `step` elements apart.
  void (*row_moments[floating_types])(double* mean, double* squares, const void* x,
                                      std::int64_t rows, std::int64_t n);
  // Of n groups of `count` elements: squares / count, and 1 / √(that + epsilon).
  void (*deviations)(double* variance, double* deviation, const double* squares, double count,
                     double epsilon, std::int64_t n);
  void (*column_moments[floating_types])(double* mean, double* squares, const void* x,
                                         std::int64_t rows, std::int64_t columns,
                                         std::int64_t step);
  // Σ dy and Σ dy (x - mean), in rows of dy times gain, unless that is null.
  void (*row_products[floating_types])(double* sums, double* products, const NormalizeArrays& of,
                                       std::int64_t rows, std::int64_t n);
  void (*column_products[floating_types])(double* sums, double* products, const NormalizeArrays& of,
                                          std::int64_t rows, std::int64_t columns,
                                          std::int64_t step);
  // y = scale (x - mean) + shift; [1] where these are numbers of a column; [][1] + slope dy.
  using Lines = void (*)(void* y, const NormalizeArrays& of, std::int64_t rows, std::int64_t n);
  Lines lines[2][2][floating_types];
  // y = scale (x - mean) gain + bias, where scale and mean are numbers of a row.
  Lines rows_forward[floating_types];
  // dx = scale (x - mean) + shift + slope gain dy, all but gain numbers of a row; and dgain +=
  // slope dy (x - mean), dbias += dy, row after row.
  void (*rows_back[floating_types])(void* dx, void* dgain, void* dbias, const NormalizeArrays& of,
                                    std::int64_t rows, std::int64_t n);
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

// A step of a recurrent layer, a formula of AllGates, at n units that lie without gaps: y[j][i] is
// result j of x[0][i], x[1][i], …. A result may lie where an
// operand does.
using GateLoop = void (*)(void* const* y, const void* const* x, std::int64_t n);
struct GateKernels {
  GateLoop loops[floating_types][AllGates::size];
};

// Rows of scores, `step` elements apart, a multiple of 16: what is behind a row's columns is room
// that the kernels may write to. Row i has first + i more scores that count, at most all.
struct AttentionRows {
  std::int64_t count, columns, step;
  std::int64_t first, more;
};
struct AttentionKernels {
  // Scores x become weights: exp(scale x + bias) over its sum along the row, 0 where a score does
  // not count. A row without a score above -infinity becomes 0. bias may be nullptr.
  void (*weigh[floating_types])(void* x, const AttentionRows& rows, double scale, const void* bias,
                                std::int64_t bias_step);
  // The gradients dy of weights y become those of x: scale y (dy - sum(y dy)).
  void (*weigh_back[floating_types])(void* dy, const void* y, const AttentionRows& rows,
                                     double scale);
};

struct Table {
  const char* name;
  const ElementwiseKernels& elementwise;
  const ReduceKernels& reduce;
  const SoftmaxKernels& softmax;
  const NormalizeKernels& normalize;
  const PoolKernels& pool;
  const CopyKernels& copy;
  const MatmulKernels& matmul;
  const RandomKernels& random;
  const UpdateKernels& update;
  const ByteKernels& bytes;
  const GateKernels& gates;
  const AttentionKernels& attention;
  const PatchKernels& patches;
  const PlaneKernels& planes;
};

}  // namespace ebb::kernels
