#include <tensor/parts.hpp>
#include <tools/training/scoring/prepared_examples.hpp>

namespace ebb::tools {

nn::Batch part_of(const nn::Batch& batch, std::int64_t begin, std::int64_t end) {
  const auto cut = [&](const Tensor& x) {
    return x.count() > 0 ? slice(x, 0, begin, end) : Tensor();
  };
  return {cut(batch.inputs), cut(batch.targets), cut(batch.mask), cut(batch.lengths)};
}

}  // namespace ebb::tools
