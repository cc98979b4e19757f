#include <models/causal_transformer.hpp>
#include <nn/pass.hpp>

namespace ebb::models {

CausalTransformer::CausalTransformer(const CausalTransformerOptions& o)
    : positions(o.steps, o.width, {.batch_first = true}),
      layers(static_cast<std::size_t>(o.layers), {o.width,
                                                  o.heads,
                                                  {.feedforward = 4 * o.width,
                                                   .dropout = o.dropout,
                                                   .batch_first = true,
                                                   .norm_first = true}}),
      norm(o.width) {}

Variable CausalTransformer::operator()(const Variable& x, nn::Pass& pass) const {
  Variable y = positions(x);
  for (const nn::TransformerEncoderLayer& layer : layers) y = layer(y, {.causal = true}, pass);
  return norm(y);
}

Variable CausalTransformer::next(const Variable& x,
                                 std::vector<nn::AttentionMemory>& memory) const {
  memory.resize(layers.size());
  Variable y = positions(x, memory.empty() ? 0 : memory[0].steps());
  for (std::size_t i = 0; i < layers.size(); ++i) y = layers[i].next(y, memory[i]);
  return norm(y);
}

void CausalTransformer::visit(nn::Visitor& v) {
  v("positions", positions);
  v("layers", layers);
  v("norm", norm);
}

}  // namespace ebb::models
