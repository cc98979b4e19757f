#include <algorithm>
#include <autograd/parts.hpp>
#include <autograd/views.hpp>
#include <tensor/parts.hpp>
#include <tensor/reduce.hpp>

namespace ebb {

Variable reshape(const Variable& x, const Shape& shape) {
  return record("reshape", reshape(x.value(), shape),
                Wrt{x, [was = x.shape()](const Variable& dy) { return reshape(dy, was); }});
}

Variable transpose(const Variable& x, int a, int b) {
  return record("transpose", transpose(x.value(), a, b),
                Wrt{x, [a, b](const Variable& dy) { return transpose(dy, a, b); }});
}

Variable permute(const Variable& x, const Shape& order) {
  const Tensor y = permute(x.value(), order);
  Shape inverse = order;
  for (int i = 0; i < order.rank(); ++i) inverse[resolve_axis("permute", order[i], x.rank())] = i;
  return record("permute", y,
                Wrt{x, [inverse](const Variable& dy) { return permute(dy, inverse); }});
}

Variable slice(const Variable& x, int axis, std::int64_t start, std::int64_t stop,
               std::int64_t step) {
  const Tensor y = slice(x.value(), axis, start, stop, step);
  const std::int64_t length = x.size(axis);
  const std::int64_t first =
      std::clamp(start < 0 ? start + length : start, std::int64_t{0}, length);
  const std::int64_t stride = std::min(step, std::max<std::int64_t>(length, 1));  // as slice's own
  return record("slice", y, Wrt{x, [=](const Variable& dy) {
                                  return unslice(dy, axis, first, stride, length);
                                }});
}

Variable Variable::operator[](std::int64_t i) const {
  const Tensor y = value_[i];  // throws where there is none
  if (!wants_gradient() || !recording()) return y;
  if (i < 0) i += size(0);
  return squeeze(slice(*this, 0, i, i + 1), 0);
}

Variable squeeze(const Variable& x, int axis) {
  return record("squeeze", squeeze(x.value(), axis),
                Wrt{x, [was = x.shape()](const Variable& dy) { return reshape(dy, was); }});
}

Variable unsqueeze(const Variable& x, int axis) {
  return record("unsqueeze", unsqueeze(x.value(), axis),
                Wrt{x, [was = x.shape()](const Variable& dy) { return reshape(dy, was); }});
}

Variable expand(const Variable& x, const Shape& shape) {
  return record("expand", expand(x.value(), shape),
                Wrt{x, [was = x.shape()](const Variable& dy) { return sum_to(dy, was); }});
}

Variable sum_to(const Variable& x, const Shape& shape) {
  return record("sum_to", sum_to(x.value(), shape),
                Wrt{x, [was = x.shape()](const Variable& dy) { return expand(dy, was); }});
}

Variable cast(const Variable& x, DType dtype) {
  if (!is_floating(dtype)) return cast(x.value(), dtype);
  return record("cast", cast(x.value(), dtype),
                Wrt{x, [was = x.dtype()](const Variable& dy) { return cast(dy, was); }});
}

}  // namespace ebb
