#include <nn/layers/flatten.hpp>

namespace ebb::nn {

Variable flatten(const Variable& x) {
  if (x.rank() < 3) return x;
  std::int64_t features = 1;  // reshape's -1 cannot say it where n is 0
  for (int axis = 1; axis < x.rank(); ++axis) features *= x.size(axis);
  return reshape(x, {x.size(0), features});
}

}  // namespace ebb::nn
