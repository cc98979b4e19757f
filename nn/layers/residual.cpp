#include <autograd/elementwise.hpp>
#include <nn/layers/residual.hpp>

namespace ebb::nn {

Variable Residual::operator()(const Variable& x) const { return x + layers_(x); }

Variable Residual::operator()(const Variable& x, Pass& pass) const { return x + layers_(x, pass); }

}  // namespace ebb::nn
