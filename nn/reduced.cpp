#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <nn/reduced.hpp>

namespace ebb::nn {

void detail::require_alike(const char* operation, const char* first, const Variable& a,
                           const char* second, const Variable& b) {
  if (a.shape() != b.shape())
    throw ShapeError(text(operation, ": ", first, ' ', a.shape(), " and ", second, ' ', b.shape(),
                          " must have one shape; try reshape or expand"));
}

void detail::require_labels(const char* operation, const Tensor& labels, std::int64_t classes) {
  for (const std::int32_t label : labels.to_vector<std::int32_t>())
    if (label < 0 || label >= classes)
      throw Error(text(operation, ": label ", label, " of ", classes,
                       " classes; labels must count from 0"));
}

Variable detail::reduced(const Variable& losses, LossReduction reduction) {
  if (reduction == LossReduction::none) return losses;
  if (reduction == LossReduction::mean) return mean(losses);
  if (reduction == LossReduction::sum) return sum(losses);
  return sum(losses) / static_cast<double>(losses.rank() == 0 ? 1 : losses.size(0));
}

}  // namespace ebb::nn
