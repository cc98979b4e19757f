// Images as rows: what a dense layer takes.
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

}  // namespace ebb::nn
