#include <autograd/parts.hpp>
#include <autograd/views.hpp>
#include <tensor/parts.hpp>
#include <tensor/reduce.hpp>

namespace ebb {

Variable reshape(const Variable& x, const Shape& shape) {
  if (x.shape() == shape && x.value().storage()) return x;
  return record({"reshape", {{"shape", shape}}}, reshape(x.value(), shape),
                Wrt{x, [was = x.shape()](const Variable& dy) { return reshape(dy, was); }});
}

Variable transpose(const Variable& x, int a, int b) {
  return record({"transpose", {{"a", a}, {"b", b}}}, transpose(x.value(), a, b),
                Wrt{x, [a, b](const Variable& dy) { return transpose(dy, a, b); }});
}

Variable permute(const Variable& x, const Shape& order) {
  const Tensor y = permute(x.value(), order);
  Shape inverse = order;
  for (int i = 0; i < order.rank(); ++i) inverse[resolve_axis("permute", order[i], x.rank())] = i;
  return record({"permute", {{"order", order}}}, y,
                Wrt{x, [inverse](const Variable& dy) { return permute(dy, inverse); }});
}

Variable Variable::operator[](std::int64_t i) const {
  const Tensor y = value_[i];  // throws where there is none
  if (detail::scopes.listener == nullptr && !(wants_gradient() && recording())) return y;
  if (i < 0) i += size(0);
  return squeeze(slice(*this, 0, i, i + 1), 0);
}

Variable squeeze(const Variable& x, int axis) {
  return record({"squeeze", {{"axis", axis}}}, squeeze(x.value(), axis),
                Wrt{x, [was = x.shape()](const Variable& dy) { return reshape(dy, was); }});
}

Variable unsqueeze(const Variable& x, int axis) {
  return record({"unsqueeze", {{"axis", axis}}}, unsqueeze(x.value(), axis),
                Wrt{x, [was = x.shape()](const Variable& dy) { return reshape(dy, was); }});
}

Variable expand(const Variable& x, const Shape& shape) {
  return record({"expand", {{"shape", shape}}}, expand(x.value(), shape),
                Wrt{x, [was = x.shape()](const Variable& dy) { return sum_to(dy, was); }});
}

Variable sum_to(const Variable& x, const Shape& shape) {
  return record({"sum_to", {{"shape", shape}}}, sum_to(x.value(), shape),
                Wrt{x, [was = x.shape()](const Variable& dy) { return expand(dy, was); }});
}

Variable cast(const Variable& x, DType dtype) {
  const Tensor y = cast(x.value(), dtype);
  if (!is_floating(dtype)) return record({"cast", {{"dtype", name(dtype)}}}, y, Constant{x});
  return record({"cast", {{"dtype", name(dtype)}}}, y,
                Wrt{x, [was = x.dtype()](const Variable& dy) { return cast(dy, was); }});
}

}  // namespace ebb
