#include <autograd/elementwise.hpp>
#include <nn/layers/dropout.hpp>
#include <nn/pass.hpp>

namespace ebb::nn {

Dropout::Dropout(double probability) : probability_(probability) {
  if (!(probability >= 0 && probability < 1))
    throw Error(text("dropout: a probability of ", probability,
                     "; it must be at least 0 and below 1, try 0.5"));
}

Variable Dropout::operator()(const Variable& x, Pass& pass) const {
  if (!pass.training || probability_ == 0) return x;
  if (!is_floating(x.dtype()))
    throw DTypeError(text("dropout: ", x.dtype(), ' ', x.shape(), "; try cast to float32"));
  const Tensor kept = rand(x.shape(), pass.noise, x.dtype()) >= probability_;
  return where(kept, x / (1 - probability_), 0);
}

}  // namespace ebb::nn
