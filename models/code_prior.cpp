#include <autograd/parts.hpp>
#include <models/code_prior.hpp>
#include <models/next_token.hpp>
#include <nn/distributions.hpp>
#include <nn/pass.hpp>
#include <tensor/makers.hpp>
#include <tensor/views.hpp>

namespace ebb::models {
namespace {

const CodePriorOptions& checked(const CodePriorOptions& o) {
  for (const std::int64_t number : {o.codes, o.steps, o.width, o.layers, o.heads})
    if (number < 1)
      throw Error(text("code_prior: ", o.codes, " codes, ", o.steps, " steps, width ", o.width,
                       ", ", o.layers, " layers, ", o.heads, " heads; each must be at least 1"));
  return o;
}

}  // namespace

CodePrior::CodePrior(const CodePriorOptions& o)
    : tokens(checked(o).codes + 1, o.width),
      transformer({o.steps, o.width, o.layers, o.heads, o.dropout}),
      next(o.width, o.codes),
      options_(o) {}

Tensor CodePrior::beginnings(std::int64_t n) const {
  return full({n, 1}, static_cast<double>(options_.codes), DType::int32);
}

Variable CodePrior::log_probability(const Tensor& codes, nn::Pass& pass) const {
  if (codes.rank() < 1 || codes.count() != codes.size(0) * options_.steps)
    throw ShapeError(text("code_prior: codes ", codes.shape(), "; they must be ", options_.steps,
                          " for each example, try reshape"));
  const Tensor rows = reshape(codes, {codes.size(0), options_.steps});
  const Tensor before = cat({beginnings(rows.size(0)), slice(rows, 1, 0, -1)}, 1);
  const Variable logits = next(transformer(tokens(before), pass));
  return nn::per_example(nn::Categorical{logits}.log_probability(rows));
}

Tensor CodePrior::sample(std::int64_t n, Random& noise, double temperature) const {
  if (!(temperature >= 0)) throw Error(text("sample: a temperature of ", temperature, "; try 1"));
  const NoGrad constants;
  std::vector<nn::AttentionMemory> memory;
  std::vector<Tensor> codes;
  Tensor last = beginnings(n);
  for (std::int64_t step = 0; step < options_.steps; ++step) {
    const Variable features = transformer.next(tokens(last), memory);  // [n, 1, width]
    const Tensor logits = squeeze(next(features).value(), 1);
    last = unsqueeze(next_tokens(logits, noise, temperature), 1);
    codes.push_back(last);
  }
  return cat(codes, 1);
}

void CodePrior::visit(nn::Visitor& v) {
  v("tokens", tokens);
  transformer.visit(v);
  v("next", next);
}

}  // namespace ebb::models
