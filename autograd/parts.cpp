#include <algorithm>
#include <autograd/parts.hpp>
#include <autograd/views.hpp>

namespace ebb {
namespace {

std::vector<Tensor> values(const std::vector<Variable>& parts) {
  std::vector<Tensor> result;
  for (const Variable& part : parts) result.push_back(part.value());
  return result;
}

}  // namespace

Variable cat(const std::vector<Variable>& parts, int axis) {
  const Tensor y = cat(values(parts), axis);
  const auto wrt = [axis](const Variable& part, std::int64_t start) {
    return Wrt{part, [axis, start, stop = start + part.size(axis)](const Variable& dy) {
                 return slice(dy, axis, start, stop);
               }};
  };
  std::vector<decltype(wrt(parts[0], 0))> inputs;
  std::int64_t start = 0;
  for (const Variable& part : parts) {
    inputs.push_back(wrt(part, start));
    start += part.size(axis);
  }
  return record("cat", y, std::move(inputs));
}

Variable stack(const std::vector<Variable>& parts, int axis) {
  const Tensor y = stack(values(parts), axis);
  const auto wrt = [axis](const Variable& part, std::int64_t place) {
    return Wrt{part, [axis, place](const Variable& dy) {
                 return squeeze(slice(dy, axis, place, place + 1), axis);
               }};
  };
  std::vector<decltype(wrt(parts[0], 0))> inputs;
  for (const Variable& part : parts)
    inputs.push_back(wrt(part, static_cast<std::int64_t>(inputs.size())));
  return record("stack", y, std::move(inputs));
}

Variable index_select(const Variable& x, int axis, const Tensor& index) {
  const Tensor y = index_select(x.value(), axis, index);  // refuses an axis that is not there
  return record("index_select", y, Wrt{x, [axis, index, length = x.size(axis)](const Variable& dy) {
                                         return index_add(dy, axis, index, length);
                                       }});
}

Variable index_add(const Variable& x, int axis, const Tensor& index, std::int64_t length) {
  return record(
      "index_add", index_add(x.value(), axis, index, length),
      Wrt{x, [axis, index](const Variable& dy) { return index_select(dy, axis, index); }});
}

Variable unslice(const Variable& x, int axis, std::int64_t start, std::int64_t step,
                 std::int64_t length) {
  const Tensor y = unslice(x.value(), axis, start, step, length);
  return record("unslice", y,
                Wrt{x, [=, n = x.size(axis)](const Variable& dy) {
                      return slice(dy, axis, start,
                                   start + std::max<std::int64_t>(0, (n - 1) * step + 1), step);
                    }});
}

}  // namespace ebb
