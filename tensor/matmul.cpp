#include <algorithm>
#include <tensor/common/require_value.hpp>
#include <tensor/common/strided.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/matmul.hpp>
#include <tensor/matmul/tasks.hpp>
#include <tensor/views.hpp>

namespace ebb {
namespace {

constexpr std::int64_t small = 1 << 21;  // multiply-adds of a product
constexpr std::int64_t grain = 100'000;  // multiply-adds that are worth a thread

void require_floating(const char* operation, const Tensor& a, const Tensor& b) {
  detail::require_value(operation, a);
  detail::require_value(operation, b);
  if (a.dtype() != b.dtype() || !is_floating(a.dtype()))
    throw DTypeError(text(operation, ": ", a.dtype(), " ", a.shape(), " times ", b.dtype(), " ",
                          b.shape(), "; both must be float32 or both float64, try cast"));
}

// The last two axes of x, `offset` elements into its storage's view.
MatrixView matrix(const Tensor& x, std::int64_t offset) {
  const int rank = x.rank();
  return {
      static_cast<const char*>(x.raw()) + offset * static_cast<std::int64_t>(size_of(x.dtype())),
      x.strides()[rank - 2], x.strides()[rank - 1]};
}

Shape leading(const Shape& shape) {
  Shape axes = shape;
  axes.erase(axes.rank() - 1);
  axes.erase(axes.rank() - 1);
  return axes;
}

Shape with_end(Shape axes, const Shape& end) {
  for (std::int64_t length : end) axes.push_back(length);
  return axes;
}

void require_fit(const Tensor& x, const Tensor& weight) {
  if (x.rank() < 1 || weight.rank() != 2 || x.shape().back() != weight.shape()[1])
    throw ShapeError(text("linear: input ", x.shape(), " does not fit weight ", weight.shape(),
                          weight.rank() == 2
                              ? text(": the last axis must be ", weight.shape()[1], ", try reshape")
                              : std::string(": want [out, in]")));
}

// x Wᵀ, plus the bias at that address unless it is nullptr.
Tensor rows_times(const Tensor& x, const Tensor& weight, const void* bias) {
  const std::int64_t in = weight.shape()[1], out = weight.shape()[0];
  Shape shape = x.shape();
  shape.erase(shape.rank() - 1);
  const std::int64_t rows = shape.count();
  shape.push_back(out);
  const Tensor flat = reshape(x, {rows, in});
  const Tensor y = empty(shape, x.dtype());
  matmul_blocks(x.dtype(), rows, out, in, matrix(flat, 0), matrix(transpose(weight), 0), bias,
                y.raw(), out);
  return y;
}

// One-dimensional, of one length where that is asked for.
void require_vectors(const char* operation, const Tensor& a, const Tensor& b, bool one_length) {
  detail::require_value(operation, a);
  detail::require_value(operation, b);
  if (a.rank() != 1 || b.rank() != 1 || (one_length && a.count() != b.count()))
    throw ShapeError(text(operation, ": ", a.shape(), " and ", b.shape(), "; it takes two vectors",
                          one_length ? " of one length" : "", ", try reshape"));
}

// Of matrices, and of leading axes that broadcast. Small products are shared by the threads, large
// ones have threads of their own.
Tensor products(const Tensor& a, const Tensor& b) {
  const std::int64_t m = a.size(-2), k = a.size(-1), n = b.size(-1);
  const Shape batch = broadcast_shapes("matmul", leading(a.shape()), leading(b.shape()));
  const Tensor y = empty(with_end(batch, {m, n}), a.dtype());
  const Tensor left = expand(a, with_end(batch, {m, k}));
  const Tensor right = expand(b, with_end(batch, {k, n}));
  // One product per element of the batch axes; a row of the walk is one of them.
  const detail::Walk<3> walk = {
      with_end(batch, {1}),
      {with_end(leading(left.strides()), {0}), with_end(leading(right.strides()), {0}),
       with_end(leading(y.strides()), {0})}};
  const auto bytes = static_cast<std::int64_t>(size_of(y.dtype()));
  const auto products = [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const auto offsets = walk.row_offsets(i);
      matmul_blocks(y.dtype(), m, n, k, matrix(left, offsets[0]), matrix(right, offsets[1]),
                    nullptr, static_cast<char*>(y.raw()) + offsets[2] * bytes, n);
    }
  };
  // Threads share the products where these are small, and else each of them.
  if (m * n * k < small)
    parallel_for(walk.rows(), even_grain(walk.rows(), divide_up(grain, m * n * k + 1)), products);
  else
    products(0, walk.rows());
  return y;
}

}  // namespace

Tensor matmul(const Tensor& a, const Tensor& b) {
  require_floating("matmul", a, b);
  const int rank = b.rank();
  if (a.rank() < 1 || rank < 1 || a.shape().back() != b.shape()[rank - (rank > 1 ? 2 : 1)])
    throw ShapeError(text("matmul: ", a.shape(), " times ", b.shape(),
                          " does not fit: want [..., m, k] and [..., k, n]; try transpose"));
  if (rank == 1) return squeeze(matmul(a, unsqueeze(b, 1)), -1);
  if (a.rank() == 1) return squeeze(matmul(unsqueeze(a, 0), b), -2);
  if (rank > 2 || a.rank() == 2) return products(a, b);
  // One matrix on the right: all rows on the left are one.
  Shape shape = a.shape();
  shape[a.rank() - 1] = b.shape().back();
  const std::int64_t k = a.shape().back();
  return reshape(products(reshape(a, {leading(a.shape()).count() * a.size(-2), k}), b), shape);
}

Tensor dot(const Tensor& a, const Tensor& b) {
  require_floating("dot", a, b);
  require_vectors("dot", a, b, true);
  return matmul(a, b);
}

Tensor outer(const Tensor& a, const Tensor& b) {
  require_vectors("outer", a, b, false);
  return unsqueeze(a, 1) * b;
}

Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  require_floating("linear", x, weight);
  require_floating("linear", x, bias);
  if (weight.rank() == 1) return squeeze(linear(x, unsqueeze(weight, 0), unsqueeze(bias, 0)), -1);
  require_fit(x, weight);
  if (bias.shape() != Shape{weight.shape()[0]})
    throw ShapeError(text("linear: bias ", bias.shape(), " does not fit weight ", weight.shape(),
                          ": it must be [", weight.shape()[0], "]"));
  const Tensor gapless_bias = contiguous(bias);
  return rows_times(x, weight, gapless_bias.raw());
}

Tensor linear(const Tensor& x, const Tensor& weight) {
  require_floating("linear", x, weight);
  if (weight.rank() == 1) return squeeze(linear(x, unsqueeze(weight, 0)), -1);
  require_fit(x, weight);
  return rows_times(x, weight, nullptr);
}

}  // namespace ebb
