// How the loops of attention go through memory, forward and back. For tensor/ alone.
#pragma once

#include <tensor/machine/isa.hpp>
#include <tensor/matmul/tasks.hpp>
#include <tensor/sequences/attention.hpp>

namespace ebb::detail {

// The axes before those of a matrix.
Shape leading(const Tensor& x);

// Where the matrices of an operand [..., rows, columns] lie.
class Matrices final {
 public:
  explicit Matrices(const Tensor& x) : x_(x) {}
  // From `row` on, those of item `item` of the leading axes.
  MatrixView at(std::int64_t item, std::int64_t row = 0) const;

 private:
  Tensor x_;
};

inline MatrixView turned(const MatrixView& x) { return {x.data, x.column_stride, x.row_stride}; }
inline void* writable(const MatrixView& x) { return const_cast<void*>(x.data); }

// The matrices of an operand turned around, for products that several blocks of an item make with
// it: a copy that each of them reads in place, instead of packing its own.
class Turned final {
 public:
  Turned(const Tensor& x, bool often);
  MatrixView at(std::int64_t item);

 private:
  Matrices x_;
  std::int64_t rows_, columns_, step_, item_ = -1;
  Tensor room_;
};

// What both directions have in common: sizes, and the weights of a block of queries.
struct AttentionLoops {
  explicit AttentionLoops(const Attention& attention);

  // Of the block that begins with query r.
  std::int64_t rows_at(std::int64_t r) const;
  std::int64_t keys_at(std::int64_t r) const;
  kernels::AttentionRows shape_at(std::int64_t r) const;

  // The weights of a block; `keys` are k's.
  void weigh(std::int64_t item, std::int64_t r, Turned& keys, const Tensor& weights) const;
  // y = x where the weights of the block stay, divided by their share; else 0. Both may be one.
  void drop(std::int64_t item, std::int64_t r, const Tensor& x, const Tensor& y) const;

  bool several_blocks() const { return n > rows; }
  Tensor room() const { return empty({rows, step}, dtype); }  // for the scores of a block
  MatrixView block(const Tensor& scores) const { return {scores.raw(), step, 1}; }

  const Attention& of;
  DType dtype;
  std::int64_t items, n, m, d, e, rows, step;
  Matrices q, k, v;
  const kernels::AttentionKernels& kernels;
};

// A new tensor whose rows lie in the order of x's.
Tensor in_order_of(const Tensor& x, std::int64_t columns);

constexpr std::int64_t attention_work = 400'000;  // multiply-adds that are worth a task

}  // namespace ebb::detail
