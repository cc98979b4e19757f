// Tensors from parts of tensors, and parts of tensors: each function beside its derivative. Results
// are new, but for the view that slice gives.
#pragma once

#include <initializer_list>
#include <span>
#include <tensor/makers.hpp>
#include <vector>

namespace ebb {

// The parts one after the other along an axis; their other lengths and dtypes agree.
Tensor cat(const std::vector<Tensor>& parts, int axis = 0);
// cat({a, b}): of tensors, although lists of Variables can be made of tensors, too.
inline Tensor cat(std::initializer_list<Tensor> parts, int axis = 0) {
  return cat(std::vector<Tensor>(parts), axis);
}

// The parts side by side along a new axis; shapes and dtypes agree.
Tensor stack(const std::vector<Tensor>& parts, int axis = 0);
inline Tensor stack(std::initializer_list<Tensor> parts, int axis = 0) {
  return stack(std::vector<Tensor>(parts), axis);
}

// The entries of x along an axis that `index` (int32, [n]) names, in its order; repeats are
// allowed. Throws Error for an index outside [0, length).
Tensor index_select(const Tensor& x, int axis, const Tensor& index);

// The derivative of index_select: zeros with `length` entries along the axis, to which the entries
// of x are added where index names them. Error where int32 cannot hold a sum.
Tensor index_add(const Tensor& x, int axis, const Tensor& index, std::int64_t length);

// y[…, i, …] = x[…, index[…, i, …], …]: along one axis each element is chosen by its own index.
// `index` is int32 in the shape of x but for its length along the axis. Throws ShapeError where it
// is not, Error for an index outside [0, length).
//     gather(log_softmax(logits), -1, unsqueeze(labels, -1))      // [n, classes] to [n, 1]
Tensor gather(const Tensor& x, int axis, const Tensor& index);

// The derivative of gather: zeros with `length` entries along the axis, to which each element of x,
// in the shape of `index`, is added where its index says. Throws as gather does.
Tensor scatter_add(const Tensor& x, int axis, const Tensor& index, std::int64_t length);

// Elements start, start + step, … below stop along one axis: a view. Negative bounds count from the
// end and are cut to the axis like Python's; step > 0.
Tensor slice(const Tensor& x, int axis, std::int64_t start, std::int64_t stop,
             std::int64_t step = 1);

// The derivative of slice: zeros with `length` entries along the axis, but for x's entries at
// start, start + step, … Throws ShapeError where they have no room.
Tensor unslice(const Tensor& x, int axis, std::int64_t start, std::int64_t step,
               std::int64_t length);

}  // namespace ebb
