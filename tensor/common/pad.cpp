// pad of tensor/parts.hpp.
#include <algorithm>
#include <tensor/common/require_value.hpp>
#include <tensor/common/strided.hpp>
#include <tensor/parts.hpp>
#include <tensor/views.hpp>

namespace ebb {
namespace {

Tensor pad_with_number(const Tensor& x, const detail::Margins& margins, double value) {
  Shape shape = x.shape();
  Tensor from = x;
  for (int axis = 0; axis < x.rank(); ++axis) {
    const std::int64_t before = margins.before[axis], behind = margins.behind[axis];
    shape[axis] += before + behind;
    from = slice(from, axis, std::max<std::int64_t>(0, -before),
                 x.shape()[axis] - std::max<std::int64_t>(0, -behind));
  }
  const Tensor y = full(shape, value, x.dtype());
  Tensor inside = y;
  for (int axis = 0; axis < x.rank(); ++axis) {
    const std::int64_t first = std::max<std::int64_t>(0, margins.before[axis]);
    inside = slice(inside, axis, first, first + from.shape()[axis]);
  }
  if (from.count() > 0) detail::copy_into(from, inside);
  return y;
}

}  // namespace

detail::Margins::Margins(const Shape& shape, const std::vector<std::int64_t>& sizes, PadMode mode)
    : before(Shape::filled(shape.rank(), 0)), behind(before) {
  const int rank = shape.rank(), padded = static_cast<int>(sizes.size() / 2);
  if (sizes.size() % 2 != 0 || sizes.size() / 2 > static_cast<std::size_t>(rank))
    throw ShapeError(text("pad: ", sizes.size(), " sizes for ", shape,
                          "; give two for each axis, the last axis first"));
  const bool copies = mode != PadMode::constant;
  if (copies && (padded < 1 || padded > 3 || rank - padded < 1 || rank - padded > 2))
    throw ShapeError(text("pad: reflect and replicate of ", shape, " along ", padded,
                          " axes; they take the last one to three behind one or two others, try "
                          "reshape"));
  for (int i = 0; i < padded; ++i) {
    const int axis = rank - 1 - i;
    const std::int64_t first = before[axis] = sizes[static_cast<std::size_t>(2 * i)];
    const std::int64_t last = behind[axis] = sizes[static_cast<std::size_t>(2 * i + 1)];
    const std::int64_t length = shape[axis];
    const bool cut_away =
        std::max<std::int64_t>(0, -first) + std::max<std::int64_t>(0, -last) > length;
    const bool beyond = mode == PadMode::reflect && std::max(first, last) >= length;
    if (cut_away || beyond || (copies && std::min(length, length + first + last) < 1))
      throw ShapeError(text("pad: ", first, " before and ", last, " behind axis ", axis, " of ",
                            shape, "; there is too little of it, try smaller sizes"));
  }
}

Tensor detail::Margins::shown(int axis, std::int64_t length, PadMode mode) const {
  const Tensor places = empty({before[axis] + length + behind[axis]}, DType::int32);
  auto* place = static_cast<std::int32_t*>(places.raw());
  for (std::int64_t i = -before[axis]; i < length + behind[axis]; ++i) {
    const std::int64_t mirrored = i < 0 ? -i : i >= length ? 2 * (length - 1) - i : i;
    *place++ = static_cast<std::int32_t>(
        mode == PadMode::reflect ? mirrored : std::clamp<std::int64_t>(i, 0, length - 1));
  }
  return places;
}

Tensor pad(const Tensor& x, const std::vector<std::int64_t>& sizes, const PadOptions& options) {
  detail::require_value("pad", x);
  const detail::Margins margins(x.shape(), sizes, options.mode);
  if (options.mode == PadMode::constant) return pad_with_number(x, margins, options.value);
  Tensor y = x;
  for (int axis = x.rank() - 1; axis >= 0; --axis) {
    if (margins.before[axis] == 0 && margins.behind[axis] == 0) continue;
    y = index_select(y, axis, margins.shown(axis, x.shape()[axis], options.mode));
  }
  return y;
}

}  // namespace ebb
