// How the loops of attention go through memory, forward and back. For tensor/ alone.
#pragma once

#include <algorithm>
#include <tensor/common/strided.hpp>
#include <tensor/machine/isa.hpp>
#include <tensor/matmul/tasks.hpp>
#include <tensor/sequences/attention.hpp>
#include <utility>

namespace ebb::detail {

// The axes before those of a matrix.
inline Shape leading(const Tensor& x) {
  Shape shape = x.shape();
  shape.erase(shape.rank() - 1);
  shape.erase(shape.rank() - 1);
  return shape;
}

// Where the matrices of an operand [..., rows, columns] lie.
class Matrices final {
 public:
  explicit Matrices(const Tensor& x)
      : x_(x), bytes_(static_cast<std::int64_t>(size_of(x.dtype()))) {}

  // From `row` on, those of item `item` of the leading axes.
  MatrixView at(std::int64_t item, std::int64_t row = 0) const {
    const Shape &shape = x_.shape(), &strides = x_.strides();
    const int last = shape.rank() - 1;
    std::int64_t offset = row * strides[last - 1];
    for (int axis = last - 2; axis >= 0; --axis) {
      offset += item % shape[axis] * strides[axis];
      item /= shape[axis];
    }
    return {static_cast<char*>(x_.raw()) + offset * bytes_, strides[last - 1], strides[last]};
  }

 private:
  const Tensor& x_;
  std::int64_t bytes_;
};

inline MatrixView turned(const MatrixView& x) { return {x.data, x.column_stride, x.row_stride}; }

// The matrices of an operand turned around, for products that several blocks of an item make with
// it: a copy that each of them reads in place, instead of packing its own.
class Turned final {
 public:
  Turned(const Tensor& x, bool often)
      : x_(x),
        rows_(x.size(-2)),
        columns_(x.size(-1)),
        step_(divide_up(rows_, 16) * 16 + 16),  // not a multiple of 4096 bytes
        room_(empty({often && x.strides().back() == 1 ? columns_ : 0, step_}, x.dtype())) {}

  MatrixView at(std::int64_t item) {
    const MatrixView from = x_.at(item);
    if (room_.count() == 0) return turned(from);
    if (std::exchange(item_, item) != item)
      kernels_in_use().copy.transpose[size_of(room_.dtype()) == 8](
          room_.raw(), step_, from.data, from.row_stride, columns_, rows_);
    return {room_.raw(), step_, 1};
  }

 private:
  Matrices x_;
  std::int64_t rows_, columns_, step_, item_ = -1;
  Tensor room_;
};

// A block of queries at a time, so that their scores stay in L2; from the shape alone.
inline std::int64_t block_rows(std::int64_t keys) {
  return std::clamp<std::int64_t>(32768 / std::max<std::int64_t>(keys, 1), 16, 64);
}

struct AttentionLoops {
  explicit AttentionLoops(const Attention& attention)
      : of(attention),
        dtype(of.q.dtype()),
        items(leading(of.q).count()),
        n(of.q.size(-2)),
        m(of.k.size(-2)),
        d(of.q.size(-1)),
        e(of.v.size(-1)),
        rows(block_rows(m)),
        step(divide_up(m, 16) * 16) {}

  // Of the block that begins with query r.
  std::int64_t rows_at(std::int64_t r) const { return std::min(rows, n - r); }
  std::int64_t keys_at(std::int64_t r) const { return of.causal ? std::min(m, r + rows_at(r)) : m; }
  kernels::AttentionRows shape_at(std::int64_t r) const {
    const std::int64_t keys = keys_at(r);
    return {rows_at(r), keys, step, of.causal ? std::min(r + 1, keys) : keys, of.causal};
  }
  bool several_blocks() const { return n > rows; }
  Tensor room() const { return empty({rows, step}, dtype); }
  MatrixView block(const Tensor& scores) const { return {scores.raw(), step, 1}; }

  // The weights of a block; `keys` are k's.
  void weigh(std::int64_t item, std::int64_t r, Turned& keys, const Tensor& weights) const {
    const kernels::AttentionRows shape = shape_at(r);
    matmul_blocks(dtype, shape.count, shape.columns, d, q.at(item, r), keys.at(item), nullptr,
                  weights.raw(), step);
    const bool biased = of.bias.storage() != nullptr;
    const MatrixView bias = biased ? Matrices(of.bias).at(item, r) : MatrixView{};
    kernels.weigh[static_cast<int>(dtype)](weights.raw(), shape, of.scale, bias.data,
                                           bias.row_stride);
  }

  // y = x where the weights of the block stay, divided by their share; else 0. Both may be one.
  void drop(std::int64_t item, std::int64_t r, const Tensor& x, const Tensor& y) const {
    const kernels::AttentionRows shape = shape_at(r);
    const Tensor chance = empty({shape.columns}, dtype);
    const std::uint64_t start = of.noise.position / (size_of(dtype) / 4);
    with_dtype(dtype, [&]<class T>(T) {
      const T least = static_cast<T>(of.dropout), factor = static_cast<T>(1 / (1 - of.dropout));
      for (std::int64_t row = 0; row < shape.count; ++row) {
        const std::int64_t before = (item * n + r + row) * m;
        kernels_in_use().random.uniform[static_cast<int>(dtype)](
            chance.raw(), of.noise.seed, of.noise.stream,
            start + static_cast<std::uint64_t>(before), shape.columns);
        const T* const from = static_cast<const T*>(x.raw()) + row * step;
        const T* const drawn = static_cast<const T*>(chance.raw());
        T* const to = static_cast<T*>(y.raw()) + row * step;
        for (std::int64_t i = 0; i < shape.columns; ++i)
          to[i] = drawn[i] >= least ? from[i] * factor : T(0);
      }
    });
  }

  const Attention& of;
  DType dtype;
  std::int64_t items, n, m, d, e, rows, step;
  Matrices q{of.q}, k{of.k}, v{of.v};
  const kernels::AttentionKernels& kernels = kernels_in_use().attention;
};

// A new tensor whose rows lie in the order of x's.
inline Tensor in_order_of(const Tensor& x, std::int64_t columns) {
  Shape shape = x.shape(), strides = x.strides();
  shape[shape.rank() - 1] = columns;
  strides.erase(strides.rank() - 1);
  Shape order = detail::memory_order(strides);
  order.push_back(shape.rank() - 1);
  const Tensor y = empty(shape, x.dtype());
  return Tensor(y.storage(), y.dtype(), shape, detail::dense_strides(shape, order), y.offset());
}

inline void* writable(const MatrixView& x) { return const_cast<void*>(x.data); }

constexpr std::int64_t attention_work = 400'000;  // multiply-adds that are worth a task

}  // namespace ebb::detail
