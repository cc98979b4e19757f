// How reductions go through memory. For tensor/ alone.
#pragma once

#include <tensor/kernels/table.hpp>
#include <tensor/reduce.hpp>

namespace ebb::detail {

// What reduces rows or columns of one dtype to their sum, their largest or their smallest element.
struct Reducer {
  kernels::ReduceRows rows;
  kernels::ReduceColumns columns;
};

// Throws DTypeError for int32.
Reducer reducer_of(const char* operation, const kernels::ReduceKernels::Loops& loops, DType dtype);
Reducer sum_of(const char* operation, DType dtype);
Reducer maximum_of(const char* operation, DType dtype);

// x with each axis along which expand repeats it cut to length 1: a view with fewer elements, each
// of which comes `times` times in what is reduced.
class Once final {
  // What x and over refer to, where x repeats.
  Tensor cut_;
  Reduction cut_over_;

 public:
  Once(const Tensor& whole, const Reduction& all);  // which live longer
  Once(const Tensor& whole, Reduction&& all) = delete;
  Once(const Once&) = delete;
  Once& operator=(const Once&) = delete;

  const Tensor& x;
  const Reduction& over;
  std::int64_t times = 1;
};
// What was computed of x once, under the shape that the whole asks for.
Tensor repeat(const Tensor& y, const Shape& shape);

// Reduces each group of elements to one, under the shape over.kept. Transposed tensors are read as
// they lie, and so are slices if they reach over whole rows or columns; others are copied.
Tensor reduce(const Reducer& reducer, const Reduction& over, const Tensor& x);

// The elements of a group in a row, the groups in order: a copy unless they lie so already.
Tensor groups_as_rows(const Tensor& x, const Axes& axes);

// Where element i of a gapless tensor lies.
char* address_of(const Tensor& x, std::int64_t i);

// y, which has the shape over.kept, as the caller asked for it.
Tensor as_asked(const Tensor& y, const Reduction& over, bool keepdim);

// Rows, or blocks of rows, of n elements each that are worth a thread.
std::int64_t rows_per_piece(std::int64_t rows, std::int64_t n, std::int64_t least = 32768);

}  // namespace ebb::detail
