#include <algorithm>
#include <autograd/elementwise.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
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
  if (x.rank() == 0) return reshape(index_select(reshape(x, {1}), axis, index), {});
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
      {"slice",
       {{"axis", axis}, {"start", start}, {"stop", std::min(stop, length)}, {"step", step}}},
      y, Wrt{x, [=](const Variable& dy) { return unslice(dy, axis, first, stride, length); }});
}

Variable gather(const Variable& x, int axis, const Tensor& index) {
  const Tensor y = gather(x.value(), axis, index);
  const int place = resolve_axis("gather", axis, std::max(x.rank(), 1));
  const auto rule = [place, index, was = x.shape()](const Variable& dy) {
    if (was.rank() == 0 || index.count() == 0) return expand(sum(dy), was);
    Variable dx = scatter_add(dy, place, index, was[place]);
    for (int i = 0; i < was.rank(); ++i)  // what lies beyond the index was not read
      if (dx.size(i) != was[i]) dx = unslice(dx, i, 0, 1, was[i]);
    return dx;
  };
  return record({"gather", {{"axis", axis}}}, y, Wrt{x, rule}, Constant{index});
}

Variable scatter_add(const Variable& x, int axis, const Tensor& index, std::int64_t length) {
  const Tensor y = scatter_add(x.value(), axis, index, length);
  const auto rule = [axis, index](const Variable& dy) { return gather(dy, axis, index); };
  return record({"scatter_add", {{"axis", axis}, {"length", length}}}, y, Wrt{x, rule},
                Constant{index});
}

Variable scatter_add(const Variable& base, int axis, const Tensor& index, const Variable& x) {
  return detail::add_scattered(base, axis, index, x);
}

Variable embedding(const Variable& weight, const Tensor& index, const EmbeddingOptions& options) {
  const Tensor y = embedding(weight.value(), index, options);
  const std::int64_t entries = weight.size(0), features = weight.size(1);
  const auto padding = detail::resolve_padding(options, entries);
  const auto rule = [=](const Variable& dy) {
    const Variable rows = reshape(dy, {index.count(), features});
    const Tensor list = reshape(index, {index.count()});
    if (!padding) return index_add(rows, 0, list, entries);
    return index_add(where(unsqueeze(list != static_cast<double>(*padding), 1), rows, 0), 0, list,
                     entries);
  };
  return record({"embedding", {{"padding_index", padding.value_or(-1)}}}, y, Wrt{weight, rule},
                Constant{index});
}

Variable unslice(const Variable& x, int axis, std::int64_t start, std::int64_t step,
                 std::int64_t length) {
  const Tensor y = unslice(x.value(), axis, start, step, length);
  const std::int64_t stop = start + std::max<std::int64_t>(0, (x.size(axis) - 1) * step + 1);
  return record({"unslice", {{"axis", axis}, {"start", start}, {"step", step}, {"length", length}}},
                y, Wrt{x, [=](const Variable& dy) { return slice(dy, axis, start, stop, step); }});
}

Variable flip(const Variable& x, const Axes& axes) {
  return record({"flip", {{"axes", axes}}}, flip(x.value(), axes),
                Wrt{x, [axes](const Variable& dy) { return flip(dy, axes); }});
}

Variable repeat(const Variable& x, const Shape& times) {
  const auto rule = [times, was = x.shape()](const Variable& dy) {
    Shape shape = was;
    while (shape.rank() < times.rank()) shape.insert(0, 1);
    Variable dx = dy;
    std::int64_t outer = 1;
    for (int axis = 0; axis < shape.rank(); ++axis) {
      Shape rest = dx.shape();
      rest[axis] = shape[axis];
      if (times[axis] != 1)
        dx = reshape(
            sum(reshape(dx, {outer, times[axis], rest.count() / std::max<std::int64_t>(1, outer)}),
                1),
            rest);
      outer *= shape[axis];
    }
    return reshape(dx, was);
  };
  return record({"repeat", {{"times", times}}}, repeat(x.value(), times), Wrt{x, rule});
}

Variable tril(const Variable& x, std::int64_t diagonal) {
  return record({"tril", {{"diagonal", diagonal}}}, tril(x.value(), diagonal),
                Wrt{x, [diagonal](const Variable& dy) { return tril(dy, diagonal); }});
}

Variable triu(const Variable& x, std::int64_t diagonal) {
  return record({"triu", {{"diagonal", diagonal}}}, triu(x.value(), diagonal),
                Wrt{x, [diagonal](const Variable& dy) { return triu(dy, diagonal); }});
}

Variable pad(const Variable& x, const std::vector<std::int64_t>& sizes, const PadOptions& options) {
  const PadMode mode = options.mode;
  if (mode == PadMode::constant) {
    std::vector<std::int64_t> back;
    for (const std::int64_t size : sizes) back.push_back(-size);
    return record({"pad", {{"sizes", sizes}, {"value", options.value}}},
                  pad(x.value(), sizes, options),
                  Wrt{x, [back](const Variable& dy) { return pad(dy, back); }});
  }
  const detail::Margins margins(x.shape(), sizes, mode);
  Variable y = x;
  for (int axis = x.rank() - 1; axis >= 0; --axis) {
    if (margins.before[axis] == 0 && margins.behind[axis] == 0) continue;
    y = index_select(y, axis, margins.shown(axis, x.size(axis), mode));
  }
  return y;
}

}  // namespace ebb
