#include <tensor/common/require_value.hpp>
#include <tensor/common/strided.hpp>
#include <tensor/views.hpp>
#include <utility>

namespace ebb {
namespace {

Tensor view(const Tensor& x, const Shape& shape, const Shape& strides) {
  return {x.storage(), x.dtype(), shape, strides, x.offset()};
}

// `wanted` with its one -1, if there is one, replaced by the length that makes the counts agree.
Shape fill_in_length(const Tensor& x, const Shape& wanted) {
  Shape shape = wanted;
  int unknown = -1;
  for (int i = 0; i < shape.rank(); ++i) {
    if (shape[i] != -1) continue;
    if (unknown >= 0)
      throw ShapeError(
          text("reshape: ", wanted, " leaves two lengths open; try -1 for one of them alone"));
    shape[unknown = i] = 1;
  }
  const std::int64_t known = checked_count(shape, "reshape");
  if (unknown >= 0) shape[unknown] = known > 0 ? x.count() / known : 0;
  if (shape.count() == x.count()) return shape;
  if (unknown >= 0)
    throw ShapeError(text("reshape: no length for the -1 in ", wanted, " makes room for the ",
                          x.count(), " elements of ", x.shape(),
                          "; the others must divide them, try another shape"));
  throw ShapeError(text("reshape: ", x.shape(), " has ", x.count(), " elements, ", shape,
                        " has room for ", shape.count(), "; try one length of -1"));
}

// Strides under which x's storage shows `shape`, or false where only a copy can: each run of axes
// that lie in one line must be cut into whole new axes.
bool strides_for(const Tensor& x, const Shape& shape, Shape& strides) {
  const auto runs = detail::collapse<1>(x.shape(), {x.strides()});
  strides = row_major_strides(shape);
  int to = shape.rank();
  for (int run = runs.shape.rank() - 1; run >= 0; --run) {
    std::int64_t stride = runs.strides[0][run];
    for (std::int64_t rest = runs.shape[run]; rest > 1; rest /= shape[to], stride *= shape[to]) {
      if (rest % shape[--to] != 0) return false;
      strides[to] = stride;
    }
  }
  return true;
}

}  // namespace

Tensor reshape(const Tensor& x, const Shape& wanted) {
  detail::require_value("reshape", x);
  const Shape shape = fill_in_length(x, wanted);
  Shape strides;
  if (x.count() > 0 && !strides_for(x, shape, strides)) return reshape(contiguous(x), shape);
  return view(x, shape, x.count() > 0 ? strides : row_major_strides(shape));
}

Tensor transpose(const Tensor& x, int a, int b) {
  detail::require_value("transpose", x);
  if (x.rank() == 0) return transpose(reshape(x, {1}), a, b)[0];
  a = resolve_axis("transpose", a, x.rank());
  b = resolve_axis("transpose", b, x.rank());
  Shape shape = x.shape(), strides = x.strides();
  std::swap(shape[a], shape[b]);
  std::swap(strides[a], strides[b]);
  return view(x, shape, strides);
}

Tensor permute(const Tensor& x, const Shape& order) {
  detail::require_value("permute", x);
  Shape shape = order, strides = order;
  bool used[max_axes] = {};
  if (order.rank() != x.rank())
    throw ShapeError(
        text("permute: order ", order, " must name each axis of ", x.shape(), " once"));
  for (int i = 0; i < order.rank(); ++i) {
    const int axis = resolve_axis("permute", order[i], x.rank());
    if (std::exchange(used[axis], true))
      throw ShapeError(
          text("permute: order ", order, " names axis ", axis, " twice; each must come once"));
    shape[i] = x.shape()[axis];
    strides[i] = x.strides()[axis];
  }
  return view(x, shape, strides);
}

Tensor expand(const Tensor& x, const Shape& wanted) {
  detail::require_value("expand", x);
  Shape shape = wanted;
  const int extra = shape.rank() - x.rank();
  for (int i = 0; i < shape.rank(); ++i) {
    if (shape[i] != -1) continue;
    if (i < extra)
      throw ShapeError(text("expand: ", wanted, " keeps a length with -1 that ", x.shape(),
                            " does not have; try its number"));
    if (extra >= 0) shape[i] = x.shape()[i - extra];
  }
  checked_count(shape, "expand");
  Shape strides = Shape::filled(shape.rank(), 0);
  bool fits = extra >= 0;
  for (int i = 0; fits && i < x.rank(); ++i) {
    fits = x.shape()[i] == shape[i + extra] || x.shape()[i] == 1;
    if (x.shape()[i] == shape[i + extra]) strides[i + extra] = x.strides()[i];
  }
  if (!fits)
    throw ShapeError(text("expand: ", x.shape(), " does not repeat to ", shape,
                          ": aligned at the last axis, lengths must be equal or 1"
                          "; try reshape or unsqueeze"));
  return view(x, shape, strides);
}

Tensor squeeze(const Tensor& x, int axis) {
  detail::require_value("squeeze", x);
  axis = resolve_axis("squeeze", axis, x.rank());
  if (x.shape()[axis] != 1)
    throw ShapeError(text("squeeze: axis ", axis, " of ", x.shape(), " has length ",
                          x.shape()[axis], "; only a length of 1 can go, try slice first"));
  Shape shape = x.shape(), strides = x.strides();
  shape.erase(axis);
  strides.erase(axis);
  return view(x, shape, strides);
}

Tensor unsqueeze(const Tensor& x, int axis) {
  detail::require_value("unsqueeze", x);
  axis = resolve_axis("unsqueeze", axis, x.rank() + 1);
  Shape shape = x.shape(), strides = x.strides();
  shape.insert(axis, 1);
  strides.insert(axis, 1);
  return view(x, shape, strides);
}

}  // namespace ebb
