// Elements in order along an axis. A NaN counts as the largest, -0 and 0 are equal, and equals keep
// their order, also where the largest comes first. Any dtype; results are new. A scalar counts as
// one with an axis 0 of length 1. None of these has a derivative: gather(x, axis, indices) has, and
// gives the same values.
#pragma once

#include <tensor/makers.hpp>

namespace ebb {

// Elements and the places along the axis where they stood, int32.
struct [[nodiscard]] Sorted {
  Tensor values, indices;
};

// Throws Error for an axis of more than 2^31 elements, whose places int32 cannot hold.
Sorted sort(const Tensor& x, int axis = -1, bool descending = false);
Tensor argsort(const Tensor& x, int axis = -1, bool descending = false);  // the places alone

// The k largest elements along the axis, the largest first, or the k smallest, the smallest first;
// for small k much cheaper than sort. ShapeError unless 0 <= k <= the axis's length.
Sorted topk(const Tensor& x, std::int64_t k, int axis = -1, bool largest = true);

}  // namespace ebb
