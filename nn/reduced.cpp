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

void detail::require_unit(const char* operation, const Tensor& x) {
  if (x.count() == 0 || !is_floating(x.dtype())) return;
  const double smallest = amin(x).item(), largest = amax(x).item();
  if (smallest >= 0 && largest <= 1) return;
  throw Error(text(operation, ": a target must lie in [0, 1], and these reach from ", smallest,
                   " to ", largest, "; try dividing pixels by 255"));
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
