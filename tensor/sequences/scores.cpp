#include <algorithm>
#include <tensor/common/strided.hpp>
#include <tensor/sequences/scores.hpp>
#include <utility>

namespace ebb::detail {

Shape leading(const Tensor& x) {
  Shape shape = x.shape();
  shape.erase(shape.rank() - 1);
  shape.erase(shape.rank() - 1);
  return shape;
}

MatrixView Matrices::at(std::int64_t item, std::int64_t row) const {
  const Shape &shape = x_.shape(), &strides = x_.strides();
  const int last = shape.rank() - 1;
  std::int64_t offset = row * strides[last - 1];
  for (int axis = last - 2; axis >= 0; --axis) {
    offset += item % shape[axis] * strides[axis];
    item /= shape[axis];
  }
  const auto bytes = static_cast<std::int64_t>(size_of(x_.dtype()));
  return {static_cast<char*>(x_.raw()) + offset * bytes, strides[last - 1], strides[last]};
}

Turned::Turned(const Tensor& x, bool often)
    : x_(x),
      rows_(x.size(-2)),
      columns_(x.size(-1)),
      step_(divide_up(rows_, 16) * 16 + 16),  // not a multiple of 4096 bytes
      room_(empty({often && x.strides().back() == 1 ? columns_ : 0, step_}, x.dtype())) {}

MatrixView Turned::at(std::int64_t item) {
  const MatrixView from = x_.at(item);
  if (room_.count() == 0) return turned(from);
  if (std::exchange(item_, item) != item)
    kernels_in_use().copy.transpose[size_of(room_.dtype()) == 8](room_.raw(), step_, from.data,
                                                                 from.row_stride, columns_, rows_);
  return {room_.raw(), step_, 1};
}

// A block of queries at a time, so that their scores stay in L2; from the shape alone.
AttentionLoops::AttentionLoops(const Attention& attention)
    : of(attention),
      dtype(of.q.dtype()),
      items(leading(of.q).count()),
      n(of.q.size(-2)),
      m(of.k.size(-2)),
      d(of.q.size(-1)),
      e(of.v.size(-1)),
      rows(std::clamp<std::int64_t>(32768 / std::max<std::int64_t>(m, 1), 16, 64)),
      step(divide_up(m, 16) * 16),
      q(of.q),
      k(of.k),
      v(of.v),
      kernels(kernels_in_use().attention) {}

std::int64_t AttentionLoops::rows_at(std::int64_t r) const { return std::min(rows, n - r); }

std::int64_t AttentionLoops::keys_at(std::int64_t r) const {
  return of.causal ? std::min(m, r + rows_at(r)) : m;
}

kernels::AttentionRows AttentionLoops::shape_at(std::int64_t r) const {
  const std::int64_t keys = keys_at(r);
  return {rows_at(r), keys, step, of.causal ? std::min(r + 1, keys) : keys, of.causal};
}

void AttentionLoops::weigh(std::int64_t item, std::int64_t r, Turned& keys,
                           const Tensor& weights) const {
  const kernels::AttentionRows shape = shape_at(r);
  matmul_blocks(dtype, shape.count, shape.columns, d, q.at(item, r), keys.at(item), nullptr,
                weights.raw(), step);
  const bool biased = of.bias.storage() != nullptr;
  const MatrixView bias = biased ? Matrices(of.bias).at(item, r) : MatrixView{};
  kernels.weigh[static_cast<int>(dtype)](weights.raw(), shape, of.scale, bias.data,
                                         bias.row_stride);
}

void AttentionLoops::drop(std::int64_t item, std::int64_t r, const Tensor& x,
                          const Tensor& y) const {
  const kernels::AttentionRows shape = shape_at(r);
  const Tensor chance = empty({shape.columns}, dtype);
  const auto draw = kernels_in_use().random.uniform[static_cast<int>(dtype)];
  const std::uint64_t start = of.noise.position / (size_of(dtype) / 4);
  with_dtype(dtype, [&]<class T>(T) {
    const T least = static_cast<T>(of.dropout), factor = static_cast<T>(1 / (1 - of.dropout));
    const T* const drawn = static_cast<const T*>(chance.raw());
    for (std::int64_t row = 0; row < shape.count; ++row) {
      const auto before = static_cast<std::uint64_t>((item * n + r + row) * m);
      draw(chance.raw(), of.noise.seed, of.noise.stream, start + before, shape.columns);
      const T* const from = static_cast<const T*>(x.raw()) + row * step;
      T* const to = static_cast<T*>(y.raw()) + row * step;
      for (std::int64_t i = 0; i < shape.columns; ++i)
        to[i] = drawn[i] >= least ? from[i] * factor : T(0);
    }
  });
}

Tensor in_order_of(const Tensor& x, std::int64_t columns) {
  Shape shape = x.shape(), strides = x.strides();
  shape[shape.rank() - 1] = columns;
  strides.erase(strides.rank() - 1);
  Shape order = memory_order(strides);
  order.push_back(shape.rank() - 1);
  const Tensor y = empty(shape, x.dtype());
  return Tensor(y.storage(), y.dtype(), shape, dense_strides(shape, order), y.offset());
}

}  // namespace ebb::detail
