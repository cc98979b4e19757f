#include <autograd/elementwise.hpp>
#include <autograd/matmul.hpp>
#include <autograd/parts.hpp>
#include <autograd/sequences/attention.hpp>
#include <autograd/views.hpp>
#include <limits>
#include <nn/layers/attention.hpp>
#include <nn/layers/dropout.hpp>
#include <nn/pass.hpp>
#include <nn/start.hpp>
#include <nn/within.hpp>
#include <tensor/makers.hpp>
#include <tensor/parts.hpp>

namespace ebb::nn {
namespace {

std::int64_t checked(std::int64_t width, std::int64_t heads) {
  if (width < 1 || heads < 1 || width % heads != 0)
    throw ShapeError(text("multihead_attention: a width of ", width, " for ", heads,
                          " heads; it must be a multiple of them, try ",
                          heads < 1 ? 1 : heads * 16));
  return width;
}

// What a mask adds to the scores of [batch, heads, queries, keys].
Tensor added(const Tensor& mask, DType dtype) {
  if (mask.dtype() != DType::int32) return mask;
  return where(mask, -std::numeric_limits<double>::infinity(), zeros({}, dtype));
}

// Both masks in one; under [batch, 1, 1, keys] where only padding hides.
std::optional<Tensor> joined(const AttentionMasks& masks, const Shape& q, const Shape& k,
                             std::int64_t heads, DType dtype) {
  std::optional<Tensor> all;
  const std::int64_t n = q[1], m = k[1], batch = q[0];
  if (masks.key_padding_mask) {
    if (masks.key_padding_mask->shape() != Shape{batch, m})
      throw ShapeError(text("multihead_attention: padding ", masks.key_padding_mask->shape(),
                            " for ", m, " keys and a batch of ", batch, "; it must be ",
                            Shape{batch, m}, ", try transpose"));
    all = reshape(added(*masks.key_padding_mask, dtype), {batch, 1, 1, m});
  }
  if (!masks.attn_mask) return all;
  const Shape given = masks.attn_mask->shape();
  if (given != Shape{n, m} && given != Shape{batch * heads, n, m})
    throw ShapeError(text("multihead_attention: a mask ", given, " for ", n, " queries and ", m,
                          " keys; it must be ", Shape{n, m}, " or ", Shape{batch * heads, n, m}));
  const Tensor own = added(*masks.attn_mask, dtype);
  const Tensor mask = given.rank() == 2 ? own : reshape(own, {batch, heads, n, m});
  return all ? *all + mask : mask;
}

}  // namespace

MultiheadAttention::MultiheadAttention(std::int64_t width, std::int64_t heads,
                                       const MultiheadAttentionOptions& options)
    : in_proj_weight({3 * checked(width, heads), width}, {xavier_uniform()}),
      out_proj(width, width, {.bias = options.bias}),
      width_(width),
      heads_(heads),
      options_(options) {
  static_cast<void>(Dropout{options.dropout});  // refuses what is no probability
  if (!options.bias) return;
  in_proj_bias.emplace(Shape{3 * width});
  out_proj.bias.emplace(Shape{width});
}

// Part `which` of the input projection, [batch, steps, width] whatever the order of axes.
Variable MultiheadAttention::project(const Variable& x, std::int64_t which) const {
  if (x.rank() < 2 || x.rank() > 3 || x.size(-1) != width_)
    throw ShapeError(text("multihead_attention: input ", x.shape(), " does not fit a width of ",
                          width_, "; it must be [",
                          options_.batch_first ? "batch, steps" : "steps, batch", ", ", width_,
                          "] or [steps, ", width_, "], try reshape"));
  const std::int64_t begin = which * width_, end = begin + width_;
  const Variable weight = slice(in_proj_weight, 0, begin, end);
  const Variable y =
      in_proj_bias ? linear(x, weight, slice(*in_proj_bias, 0, begin, end)) : linear(x, weight);
  if (x.rank() == 2) return unsqueeze(y, 0);
  return options_.batch_first ? y : transpose(y, 0, 1);
}

Variable MultiheadAttention::run(const Variable& q, const Variable& k, const Variable& v,
                                 const AttentionMasks& masks, Pass* pass,
                                 AttentionMemory* memory) const {
  return within(*this, [&] {
    Variable projected[] = {project(q, 0), project(k, 1), project(v, 2)};
    if (memory) {
      if (memory->steps() > 0) {
        projected[1] = cat({memory->keys, projected[1]}, 1);
        projected[2] = cat({memory->values, projected[2]}, 1);
      }
      *memory = {projected[1], projected[2]};
    }
    const Shape shape = projected[0].shape();
    AttentionOptions options = {.causal = masks.causal};
    options.mask = joined(masks, shape, projected[1].shape(), heads_, q.dtype());
    if (pass && pass->training && options_.dropout > 0) {
      options.dropout = options_.dropout;
      options.noise = pass->noise;  // one number for each weight
      const auto weights =
          static_cast<std::uint64_t>(shape[0] * heads_ * shape[1] * projected[1].size(1));
      pass->noise.position += (weights * size_of(q.dtype()) / 4 + 3) / 4 * 4;
    }
    const auto by_head = [&](const Variable& x) {
      return transpose(reshape(x, {x.size(0), x.size(1), heads_, width_ / heads_}), 1, 2);
    };
    const Variable heads = scaled_dot_product_attention(
        by_head(projected[0]), by_head(projected[1]), by_head(projected[2]), options);
    const Variable y = reshape(transpose(heads, 1, 2), shape);
    return out_proj(q.rank() == 2 ? squeeze(y, 0) : options_.batch_first ? y : transpose(y, 0, 1));
  });
}

Variable MultiheadAttention::operator()(const Variable& x, const AttentionMasks& masks) const {
  return run(x, x, x, masks, nullptr);
}

Variable MultiheadAttention::operator()(const Variable& x, const AttentionMasks& masks,
                                        Pass& pass) const {
  return run(x, x, x, masks, &pass);
}

Variable MultiheadAttention::operator()(const Variable& q, const Variable& k, const Variable& v,
                                        const AttentionMasks& masks) const {
  return run(q, k, v, masks, nullptr);
}

Variable MultiheadAttention::operator()(const Variable& q, const Variable& k, const Variable& v,
                                        const AttentionMasks& masks, Pass& pass) const {
  return run(q, k, v, masks, &pass);
}

Variable MultiheadAttention::next(const Variable& x, AttentionMemory& memory) const {
  const std::int64_t before = memory.steps(),
                     steps = x.size(x.rank() == 3 && options_.batch_first ? 1 : 0);
  AttentionMasks masks;
  if (steps > 1) {  // one step sees all that there is
    const Tensor keys = arange(static_cast<double>(before + steps));
    masks.attn_mask = cast(keys > unsqueeze(slice(keys, 0, before), 1), DType::int32);
  }
  return run(x, x, x, masks, nullptr, &memory);
}

void MultiheadAttention::visit(Visitor& v) {
  v("in_proj_weight", in_proj_weight);
  v("in_proj_bias", in_proj_bias);
  v("out_proj", out_proj);
}

}  // namespace ebb::nn
