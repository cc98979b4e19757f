// Images as rows: what a dense layer takes, and the way back.
#pragma once

#include <autograd/views.hpp>

namespace ebb::nn {

// [n, …] to [n, features]: all axes but the first become one, in row-major order. A view where x
// has no gaps; x itself where it has fewer than three axes.
//     model(nn::flatten(batch.inputs))      // [128, 1, 28, 28] to [128, 784]
Variable flatten(const Variable& x);

// The same as a layer.
struct Flatten {
  Variable operator()(const Variable& x) const { return flatten(x); }
};

// Axis `axis` becomes several, of these lengths in row-major order, one of which may be -1: what is
// left. A view where x has no gaps. Throws ShapeError where they do not fill the axis.
//     unflatten(x, 1, {64, 7, 7})           // [128, 3136] to [128, 64, 7, 7]
Variable unflatten(const Variable& x, int axis, const Shape& lengths);

// The same as a layer.
class Unflatten final {
 public:
  Unflatten(int axis, const Shape& lengths) : axis_(axis), lengths_(lengths) {}
  Variable operator()(const Variable& x) const { return unflatten(x, axis_, lengths_); }

 private:
  int axis_;
  Shape lengths_;
};

}  // namespace ebb::nn
