// Tensors from parts of tensors, and parts of tensors: each function beside its derivative. Results
// are new, but for the view that slice gives.
#pragma once

#include <initializer_list>
#include <limits>
#include <optional>
#include <span>
#include <tensor/reduce.hpp>
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
// allowed. A scalar gives one, for one index. Throws Error for an index outside [0, length).
Tensor index_select(const Tensor& x, int axis, const Tensor& index);

// The derivative of index_select: zeros with `length` entries along the axis, to which the entries
// of x are added where index names them. Error where int32 cannot hold a sum.
Tensor index_add(const Tensor& x, int axis, const Tensor& index, std::int64_t length);

// y[…, i, …] = x[…, index[…, i, …], …]: along one axis each element is chosen by its own index.
// `index` is int32 and has y's shape; it may be shorter than x along the other axes, too: what lies
// beyond is not read. A scalar is read as [1], and an index of no elements may have any shape.
// Throws ShapeError where the index does not fit, Error for an index outside [0, length).
//     gather(log_softmax(logits), -1, unsqueeze(labels, -1))      // [n, classes] to [n, 1]
Tensor gather(const Tensor& x, int axis, const Tensor& index);

// The derivative of gather: zeros with `length` entries along the axis, to which each element of x,
// in the shape of `index`, is added where its index says. Throws as gather does.
Tensor scatter_add(const Tensor& x, int axis, const Tensor& index, std::int64_t length);

// base, to which each element of x is added where its index says: base[…, index[…, i, …], …] +=
// x[…, i, …] for each place of `index`, which may be shorter than both. New; base stays.
Tensor scatter_add(const Tensor& base, int axis, const Tensor& index, const Tensor& x);

// 1 at each index and 0 elsewhere: int32 [..., classes] of int32 [...]. Without a number of classes
// there is one more than the largest index. Error for an index outside [0, classes).
Tensor one_hot(const Tensor& index, std::int64_t classes = -1);

struct EmbeddingOptions {
  // An entry that learns nothing: it gets no gradient. Negative ones count from the end.
  std::optional<std::int64_t> padding_index = {};
};

// The entries of weight [entries, features] that `index`, int32 of any shape [...], names:
// [..., features]. Error for an index outside [0, entries).
Tensor embedding(const Tensor& weight, const Tensor& index, const EmbeddingOptions& options = {});

// Elements start, start + step, … below stop, or up to the end, along one axis: a view. Negative
// bounds count from the end and are cut to the axis like Python's; step > 0.
//     squeeze(slice(x, 1, -1), 1)                     // x[:, -1]: [n, steps, width] to [n, width]
inline constexpr std::int64_t the_end = std::numeric_limits<std::int64_t>::max();
Tensor slice(const Tensor& x, int axis, std::int64_t start, std::int64_t stop = the_end,
             std::int64_t step = 1);

// The derivative of slice: zeros with `length` entries along the axis, but for x's entries at
// start, start + step, … Throws ShapeError where they have no room.
Tensor unslice(const Tensor& x, int axis, std::int64_t start, std::int64_t step,
               std::int64_t length);

// The elements in reverse order along each of the axes; without axes x as it is.
Tensor flip(const Tensor& x, const Axes& axes);

// x so many times along each axis, one after the other, as PyTorch's repeat and NumPy's tile:
// repeat([2, 3], {4, 1, 2}) is [4, 2, 6]. ShapeError for fewer numbers than axes, and for negative
// ones.
Tensor repeat(const Tensor& x, const Shape& times);

// The lower and the upper triangle of each matrix [..., rows, columns], 0 elsewhere: elements with
// column - row <= diagonal, or >= diagonal. ShapeError for fewer than two axes.
Tensor tril(const Tensor& x, std::int64_t diagonal = 0);
Tensor triu(const Tensor& x, std::int64_t diagonal = 0);

// What stands around x: a number, x as in a mirror whose edge is not repeated (c b | a b c | b a),
// or its last element (a a | a b c | c c).
enum class PadMode { constant, reflect, replicate };
struct PadOptions {
  PadMode mode = PadMode::constant;
  double value = 0;
};

// x with more entries at the ends of its last axes. `sizes` has two numbers for each, the last axis
// first, as PyTorch's: {left, right, top, bottom, …}. Negative ones cut entries off. `constant`
// takes any number of axes; the others the last one, two or three, with one or two more in front.
// Throws ShapeError where sizes do not fit, nothing remains to copy, or reflect asks for more than
// an axis has beside its edge.
//     pad(x, {1, 1, 2, 2}, {.mode = PadMode::reflect})  // [..., h, w] to [..., h + 4, w + 2]
Tensor pad(const Tensor& x, const std::vector<std::int64_t>& sizes, const PadOptions& options = {});

namespace detail {
// scatter_add into a base, on tensors and variables.
template <class X>
X add_scattered(const X& base, int axis, const Tensor& index, const X& x) {
  const int rank = base.rank(), place = resolve_axis("scatter_add", axis, rank > 0 ? rank : 1);
  const bool fits = x.rank() == index.rank() && x.rank() == rank;
  X sums = x;
  for (int i = 0; fits && i < rank; ++i) sums = slice(sums, i, 0, index.size(i));
  sums = scatter_add(sums, place, index, rank > 0 ? base.size(place) : 1);
  for (int i = 0; fits && i < rank; ++i)
    if (i != place) sums = unslice(sums, i, 0, 1, base.size(i));
  return base + reshape(sums, base.shape());
}
// The row that gets no gradient. Error where there is none of that number.
std::optional<std::int64_t> resolve_padding(const EmbeddingOptions& options, std::int64_t entries);
// How far pad goes beyond each axis; checked, so that the sizes fit.
struct Margins {
  Margins(const Shape& shape, const std::vector<std::int64_t>& sizes, PadMode mode);
  // The entries of an axis of that length which the padded one shows.
  Tensor shown(int axis, std::int64_t length, PadMode mode) const;

  Shape before, behind;
};
}  // namespace detail

}  // namespace ebb
