// What the matrix product asks of an instruction set.
#pragma once

#include <cstdint>

namespace ebb::kernels {

// One block of a product: c[m, n] = a[m, k] b[k, n] + bias. Strides count elements and may be any,
// 0 and negative included.
struct MatmulBlock {
  std::int64_t m, n, k;

  const void* a;  // a[i, p] lies at a + i a_row + p a_column
  std::int64_t a_row, a_column;
  bool pack_a;  // read a through a small copy of each panel; asks for k <= packed_depth

  const void* b;  // b[p, j] lies at b + p b_row + j b_column
  std::int64_t b_row, b_column;
  bool b_packed;  // or b is what `pack` wrote

  void* c;  // c[i, j] lies at c + i c_row + j c_column; fastest where c_column = 1
  std::int64_t c_row, c_column;
  bool onto_c;  // c += instead of c =

  const void* bias;   // nullptr, or added last: a gapless element for each column of c
  bool bias_per_row;  // or for each row
};

struct MatmulKernels {
  struct Type {
    // The tile of c that the registers hold has so many rows and two vectors of columns. It may
    // also be one vector and `half` columns wide.
    std::int64_t rows, columns, half;

    // The largest k of a block with pack_a.
    std::int64_t packed_depth;

    // A matrix of more than so many elements is not read in place. Products of so many
    // multiply-adds repay packing both matrices: where a lies in rows, in columns, in columns with
    // a long k.
    struct {
      std::int64_t elements;
      std::int64_t rows, columns, deep;
    } packing;

    // Asks for a packed b, or b_column = 1 and n >= columns / 2.
    void (*multiply)(const MatmulBlock& block);

    // The same with sums along k, for an a and a b without gaps there: a_column = b_row = 1, and
    // k >= columns / 2. Neither pack_a nor onto_c.
    void (*multiply_along_k)(const MatmulBlock& block);

    // Its tile of c, and what it costs in hundredths of a multiply-add of `multiply`: `step` for
    // each multiply-add, and `tile` more for each tile.
    struct {
      std::int64_t rows, columns;
      std::int64_t step, tile;
    } dot;

    // The same as multiply, for an a of which few elements are non-zero: only these are multiplied.
    // Asks for b in place, c_column = 1, neither pack_a nor onto_c, and a_row or a_column = 1.
    // Returns false, with c as it was, where b has an infinity or a NaN, which zeros must not hide.
    bool (*multiply_nonzeros)(const MatmulBlock& block);
    bool (*mostly_zero)(const MatmulBlock& block);  // a cheap look at a sample of a

    // Copies the n <= columns columns of b[k, n] into one strip: k rows of `columns` elements,
    // filled up with zeros. The strips of a wider b lie one after the other.
    void (*pack)(void* strip, const void* b, std::int64_t b_row, std::int64_t b_column,
                 std::int64_t k, std::int64_t n);
  };
  Type types[2];  // float32, float64
};

}  // namespace ebb::kernels
