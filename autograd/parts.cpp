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
  return record({"cat", {{"axis", axis}}}, y, std::move(inputs));
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
  return record({"stack", {{"axis", axis}}}, y, std::move(inputs));
}

Variable index_select(const Variable& x, int axis, const Tensor& index) {
  const Tensor y = index_select(x.value(), axis, index);  // refuses an axis that is not there
  const auto rule = [axis, index, length = x.size(axis)](const Variable& dy) {
    return index_add(dy, axis, index, length);
  };
  return record({"index_select", {{"axis", axis}}}, y, Wrt{x, rule}, Constant{index});
}

Variable index_add(const Variable& x, int axis, const Tensor& index, std::int64_t length) {
  const Tensor y = index_add(x.value(), axis, index, length);
  const auto rule = [axis, index](const Variable& dy) { return index_select(dy, axis, index); };
  return record({"index_add", {{"axis", axis}, {"length", length}}}, y, Wrt{x, rule},
                Constant{index});
}

Variable slice(const Variable& x, int axis, std::int64_t start, std::int64_t stop,
               std::int64_t step) {
  const Tensor y = slice(x.value(), axis, start, stop, step);
  const std::int64_t length = x.size(axis);
  const std::int64_t first =
      std::clamp(start < 0 ? start + length : start, std::int64_t{0}, length);
  const std::int64_t stride = std::min(step, std::max<std::int64_t>(length, 1));  // as slice's own
  return record(
      {"slice", {{"axis", axis}, {"start", start}, {"stop", stop}, {"step", step}}}, y,
      Wrt{x, [=](const Variable& dy) { return unslice(dy, axis, first, stride, length); }});
}

Variable gather(const Variable& x, int axis, const Tensor& index) {
  const Tensor y = gather(x.value(), axis, index);
  const auto rule = [axis, index, length = x.size(axis)](const Variable& dy) {
    return scatter_add(dy, axis, index, length);
  };
  return record({"gather", {{"axis", axis}}}, y, Wrt{x, rule}, Constant{index});
}

Variable scatter_add(const Variable& x, int axis, const Tensor& index, std::int64_t length) {
  const Tensor y = scatter_add(x.value(), axis, index, length);
  const auto rule = [axis, index](const Variable& dy) { return gather(dy, axis, index); };
  return record({"scatter_add", {{"axis", axis}, {"length", length}}}, y, Wrt{x, rule},
                Constant{index});
}

Variable unslice(const Variable& x, int axis, std::int64_t start, std::int64_t step,
                 std::int64_t length) {
  const Tensor y = unslice(x.value(), axis, start, step, length);
  const std::int64_t stop = start + std::max<std::int64_t>(0, (x.size(axis) - 1) * step + 1);
  return record({"unslice", {{"axis", axis}, {"start", start}, {"step", step}, {"length", length}}},
                y, Wrt{x, [=](const Variable& dy) { return slice(dy, axis, start, stop, step); }});
}

}  // namespace ebb
