// A table of vectors, one for each word, token or category.
#pragma once

#include <nn/module.hpp>
#include <tensor/parts.hpp>

namespace ebb::nn {

// y[…, :] = weight[index[…], :] for an index int32 of any shape [...]: y [..., features]. The
// weight begins normal with mean 0 and variance 1, as PyTorch's does. Its gradient is one
// index_add. The entry of padding_index begins as zeros and gets no gradient, so no step changes
// it. Throws Error for an index outside [0, entries), and for a padding index that names no entry.
//     const Embedding words{10'000, 64, {.padding_index = 0}};
class Embedding final : public Module {
 public:
  Embedding(std::int64_t entries, std::int64_t features, const EmbeddingOptions& options = {});

  Variable operator()(const Tensor& index) const;
  Variable operator()(const Variable& index) const { return (*this)(index.value()); }
  void visit(Visitor& v) override;

  Parameter weight;  // [entries, features]

 private:
  EmbeddingOptions options_;
};

}  // namespace ebb::nn
