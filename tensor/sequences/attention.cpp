#include <cmath>
#include <limits>
#include <tensor/common/require_value.hpp>
#include <tensor/compare.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/sequences/scores.hpp>
#include <tensor/views.hpp>

namespace ebb {
namespace {

using detail::Attention, detail::leading;

constexpr double nothing = -std::numeric_limits<double>::infinity();

Shape with_end(Shape shape, std::int64_t rows, std::int64_t columns) {
  shape.push_back(rows);
  shape.push_back(columns);
  return shape;
}

Tensor under(const Tensor& x, const Shape& batch) {
  return expand(x, with_end(batch, x.size(-2), x.size(-1)));
}

void check(const Tensor& q, const Tensor& k, const Tensor& v) {
  for (const Tensor* x : {&q, &k, &v}) {
    detail::require_value("scaled_dot_product_attention", *x);
    if (x->dtype() != q.dtype() || !is_floating(x->dtype()))
      throw DTypeError(text("scaled_dot_product_attention: q ", q.dtype(), ", k ", k.dtype(),
                            " and v ", v.dtype(),
                            "; all must be float32 or all float64, try cast"));
  }
  if (q.rank() < 2 || k.rank() < 2 || v.rank() < 2 || q.size(-1) != k.size(-1) ||
      k.size(-2) != v.size(-2))
    throw ShapeError(
        text("scaled_dot_product_attention: q ", q.shape(), ", k ", k.shape(), " and v ", v.shape(),
             "; they must be [..., n, d], [..., m, d] and [..., m, e], try transpose"));
}

// What a mask adds, its last axis gapless, expanded to the scores' shape.
Tensor bias_of(const Tensor& mask, const Shape& scores, DType dtype) {
  detail::require_value("scaled_dot_product_attention", mask);
  if (mask.dtype() != DType::int32 && mask.dtype() != dtype)
    throw DTypeError(text("scaled_dot_product_attention: a mask of ", mask.dtype(), " for ", dtype,
                          "; it must be int32 or ", dtype, ", try cast"));
  if (broadcast_shapes("scaled_dot_product_attention", mask.shape(), scores) != scores)
    throw ShapeError(text("scaled_dot_product_attention: a mask ", mask.shape(), " for scores ",
                          scores, "; it must broadcast to them, try unsqueeze"));
  Tensor added = mask.dtype() == DType::int32 ? where(mask, zeros({}, dtype), nothing) : mask;
  Shape rows = added.shape();
  if (rows.rank() == 0) rows = {1};
  rows[rows.rank() - 1] = scores.back();
  return expand(contiguous(expand(added, rows)), scores);
}

}  // namespace

Attention detail::attention(const Tensor& q, const Tensor& k, const Tensor& v,
                            const AttentionOptions& options) {
  check(q, k, v);
  if (!(options.dropout >= 0 && options.dropout < 1))
    throw Error(text("scaled_dot_product_attention: a dropout of ", options.dropout,
                     "; it must be at least 0 and below 1, try 0.1"));
  const char* const name = "scaled_dot_product_attention";
  const Shape batch =
      broadcast_shapes(name, broadcast_shapes(name, leading(q), leading(k)), leading(v));
  Attention of = {under(q, batch), under(k, batch), under(v, batch), {}, options.causal, 0,
                  options.dropout, options.noise};
  of.scale = options.scale ? *options.scale : 1 / std::sqrt(static_cast<double>(q.size(-1)));
  if (options.mask)
    of.bias = bias_of(*options.mask, with_end(batch, q.size(-2), k.size(-2)), q.dtype());
  return of;
}

Tensor detail::attend(const Attention& of) {
  const AttentionLoops over(of);
  const Tensor y = in_order_of(of.q, over.e);
  const std::int64_t blocks = divide_up(over.n, over.rows),
                     work = over.rows * over.m * (over.d + over.e);
  parallel_for(
      over.items * blocks, even_grain(over.items * blocks, divide_up(attention_work, work + 1)),
      [&](std::int64_t begin, std::int64_t end) {
        const Tensor weights = over.room();
        Turned keys(of.k, over.several_blocks());
        for (std::int64_t i = begin; i < end; ++i) {
          const std::int64_t item = i / blocks, r = i % blocks * over.rows;
          over.weigh(item, r, keys, weights);
          if (of.dropout > 0) over.drop(item, r, weights, weights);
          const MatrixView to = Matrices(y).at(item, r);
          matmul_blocks(over.dtype, over.rows_at(r), over.e, over.keys_at(r), over.block(weights),
                        over.v.at(item), nullptr, writable(to), to.row_stride);
        }
      });
  return y;
}

Tensor detail::whole_bias(const Attention& of) {
  const std::int64_t n = of.q.size(-2), m = of.k.size(-2);
  const DType dtype = of.q.dtype();
  Tensor bias = of.bias.storage() != nullptr ? of.bias : zeros({n, m}, dtype);
  if (!of.causal) return bias;
  const auto numbers = [](std::int64_t count) {
    return arange(static_cast<double>(count), DType::int32);
  };
  return where(reshape(numbers(n), {n, 1}) >= numbers(m), bias, nothing);
}

Tensor scaled_dot_product_attention(const Tensor& q, const Tensor& k, const Tensor& v,
                                    const AttentionOptions& options) {
  return attend(detail::attention(q, k, v, options));
}

}  // namespace ebb
