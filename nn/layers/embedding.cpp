#include <autograd/elementwise.hpp>
#include <autograd/parts.hpp>
#include <nn/layers/embedding.hpp>
#include <nn/start.hpp>
#include <nn/within.hpp>
#include <tensor/random.hpp>

namespace ebb::nn {
namespace {

// Normal, but for the padding.
Start start_of(std::int64_t entries, const EmbeddingOptions& options) {
  const auto padding = detail::resolve_padding(options, entries);
  if (!padding) return normal(1);
  return [row = *padding](const Shape& shape, Random& random, DType dtype) {
    const Tensor weight = randn(shape, random, dtype), place = arange(0, shape[0], 1, DType::int32);
    return masked_fill(weight, unsqueeze(place == row, 1), 0);
  };
}

}  // namespace

Embedding::Embedding(std::int64_t entries, std::int64_t features, const EmbeddingOptions& options)
    : weight({entries, features}, {.start = start_of(entries, options)}), options_(options) {}

Variable Embedding::operator()(const Tensor& index) const {
  return within(*this, [&] { return embedding(weight, index, options_); });
}

void Embedding::visit(Visitor& v) { v("weight", weight); }

}  // namespace ebb::nn
