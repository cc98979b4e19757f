#include <autograd/elementwise.hpp>
#include <nn/layers/transformer.hpp>
#include <nn/within.hpp>

namespace ebb::nn {

TransformerEncoderLayer::TransformerEncoderLayer(std::int64_t width, std::int64_t heads,
                                                 const TransformerEncoderOptions& options)
    : self_attn(
          width, heads,
          {.dropout = options.dropout, .bias = options.bias, .batch_first = options.batch_first}),
      linear1(width, options.feedforward, {.bias = options.bias}),
      linear2(options.feedforward, width, {.bias = options.bias}),
      norm1(width, {.epsilon = options.epsilon, .bias = options.bias}),
      norm2(width, {.epsilon = options.epsilon, .bias = options.bias}),
      activation_(options.activation),
      dropout_(options.dropout),
      norm_first_(options.norm_first) {}

template <class Attend>
Variable TransformerEncoderLayer::run(const Variable& x, const Attend& attend, Pass* pass) const {
  const auto drop = [&](const Variable& y) { return pass ? dropout_(y, *pass) : y; };
  const auto feed = [&](const Variable& y) { return drop(linear2(drop(activation_(linear1(y))))); };
  return within(*this, [&] {
    if (norm_first_) {
      const Variable h = x + drop(attend(norm1(x)));
      return h + feed(norm2(h));
    }
    const Variable h = norm1(x + drop(attend(x)));
    return norm2(h + feed(h));
  });
}

Variable TransformerEncoderLayer::operator()(const Variable& x, const AttentionMasks& masks) const {
  return run(x, [&](const Variable& y) { return self_attn(y, masks); });
}

Variable TransformerEncoderLayer::operator()(const Variable& x, const AttentionMasks& masks,
                                             Pass& pass) const {
  return run(
      x, [&](const Variable& y) { return self_attn(y, masks, pass); }, &pass);
}

Variable TransformerEncoderLayer::next(const Variable& x, AttentionMemory& memory) const {
  return run(x, [&](const Variable& y) { return self_attn.next(y, memory); });
}

void TransformerEncoderLayer::visit(Visitor& v) {
  v("self_attn", self_attn);
  v("linear1", linear1);
  v("linear2", linear2);
  v("norm1", norm1);
  v("norm2", norm2);
}

}  // namespace ebb::nn
