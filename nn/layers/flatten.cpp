#include <nn/layers/flatten.hpp>

namespace ebb::nn {

Variable flatten(const Variable& x) {
  if (x.rank() < 3) return x;
  std::int64_t features = 1;  // reshape's -1 cannot say it where n is 0
  for (int axis = 1; axis < x.rank(); ++axis) features *= x.size(axis);
  return reshape(x, {x.size(0), features});
}

Variable unflatten(const Variable& x, int axis, const Shape& lengths) {
  const int place = resolve_axis("unflatten", axis, x.rank());
  std::int64_t rest = x.size(place), open = 0;
  for (const std::int64_t length : lengths) {
    open += length == -1;
    if (length > 0 && rest % length == 0) rest /= length;
  }
  Shape filled = lengths, shape = x.shape();
  for (int i = 0; i < filled.rank(); ++i)
    if (filled[i] == -1) filled[i] = rest;
  if (open > 1 || filled.count() != x.size(place))
    throw ShapeError(text("unflatten: axis ", axis, " of ", x.shape(), " into ", lengths,
                          "; the lengths must multiply to ", x.size(place), ", try one of -1"));
  shape.erase(place);
  for (int i = 0; i < filled.rank(); ++i) shape.insert(place + i, filled[i]);
  return reshape(x, shape);
}

}  // namespace ebb::nn
