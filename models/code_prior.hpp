// How probable is a sequence of codes? One code after the other, each from those before it: a
// causal transformer. (Vaswani et al., "Attention is all you need", NeurIPS 2017; as the prior of
// discrete codes in place of PixelCNN, van den Oord et al., NeurIPS 2017.)
#pragma once

#include <models/causal_transformer.hpp>
#include <nn/layers/embedding.hpp>
#include <nn/layers/linear.hpp>

namespace ebb::models {

struct CodePriorOptions {
  std::int64_t codes = 512;  // a code is one of 0 … codes - 1
  std::int64_t steps = 49;   // codes of an example
  std::int64_t width = 64;
  std::int64_t layers = 2;
  std::int64_t heads = 4;
  double dropout = 0;
};

//     begin, c_1, …, c_(steps - 1) ── embedding ── causal transformer ── logits of c_1, …
class CodePrior final : public nn::Module {
 public:
  // Throws Error for numbers below 1, and for heads that do not divide the width.
  explicit CodePrior(const CodePriorOptions& options = {});

  // log p(c_1) + log p(c_2|c_1) + …, [n], of codes int32 [n, …], which are constants: `steps` of
  // each example, in row-major order. Throws ShapeError for another number of them, Error for a
  // code that there is not.
  Variable log_probability(const Tensor& codes, nn::Pass& pass) const;
  // n sequences, int32 [n, steps]. The logits are divided by the temperature; below 1e-6 each code
  // is the most probable one. Error for a temperature below 0.
  Tensor sample(std::int64_t n, Random& noise, double temperature = 1) const;
  void visit(nn::Visitor& v) override;

  nn::Embedding tokens;  // the codes and, last, what stands before the first
  CausalTransformer transformer;
  nn::Linear next;

 private:
  Tensor beginnings(std::int64_t n) const;  // what stands before the first code, [n, 1]

  CodePriorOptions options_;
};

}  // namespace ebb::models
