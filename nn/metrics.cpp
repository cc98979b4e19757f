#include <nn/metrics.hpp>
#include <nn/reduced.hpp>
#include <tensor/reduce.hpp>

namespace ebb::nn {

double accuracy(const Variable& logits, const Tensor& labels) {
  if (logits.rank() != 2 || labels.shape() != Shape{logits.size(0)})
    throw ShapeError(text("accuracy: logits ", logits.shape(), " and labels ", labels.shape(),
                          "; they must be [n, classes] and [n], try reshape or squeeze"));
  if (labels.dtype() != DType::int32)
    throw DTypeError(text("accuracy: labels are ", labels.dtype(), ", not int32; try cast"));
  detail::require_labels("accuracy", labels, logits.size(1));
  const auto right = labels.to_vector<std::int32_t>();
  const auto chosen = argmax(logits.value(), 1).to_vector<std::int32_t>();
  double hits = 0;
  for (std::size_t i = 0; i < right.size(); ++i) hits += chosen[i] == right[i];
  return hits / static_cast<double>(right.size());
}

}  // namespace ebb::nn
