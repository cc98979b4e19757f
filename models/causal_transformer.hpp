// Layers of a transformer in which each place sees itself and those before it.
#pragma once

#include <nn/layers/positions.hpp>
#include <nn/layers/transformer.hpp>

namespace ebb::models {

struct CausalTransformerOptions {
  std::int64_t steps = 49;  // places at most
  std::int64_t width = 64;
  std::int64_t layers = 2;
  std::int64_t heads = 4;
  double dropout = 0;
};

//     x ── + position ── layers ── norm, all [n, places, width]
// (Vaswani et al., "Attention is all you need", NeurIPS 2017; normalization inside the branches:
// Xiong et al., ICML 2020.)
class CausalTransformer final : public nn::Module {
 public:
  // Throws Error for heads that do not divide the width.
  explicit CausalTransformer(const CausalTransformerOptions& options = {});
  Variable operator()(const Variable& x, nn::Pass& pass) const;
  // The same in pieces: x are the places after those in the memory, and join them. The memory has
  // a part for each layer; it is empty at first.
  Variable next(const Variable& x, std::vector<nn::AttentionMemory>& memory) const;
  void visit(nn::Visitor& v) override;

  nn::LearnedPositions positions;
  std::vector<nn::TransformerEncoderLayer> layers;
  nn::LayerNorm norm;
};

}  // namespace ebb::models
