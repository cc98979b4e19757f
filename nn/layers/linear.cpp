#include <autograd/matmul.hpp>
#include <cmath>
#include <nn/layers/linear.hpp>
#include <nn/start.hpp>
#include <nn/within.hpp>

namespace ebb::nn {
namespace {

// In memory a row per input: products and the weight's gradient read W in that order without a
// copy.
ParameterOptions options_for(std::int64_t in, bool transposed) {
  if (in < 0) throw ShapeError(text("linear: ", in, " inputs; try 0 or more"));
  return {uniform(in > 0 ? 1 / std::sqrt(static_cast<double>(in)) : 0), transposed};
}

}  // namespace

Linear::Linear(std::int64_t in, std::int64_t out, const LinearOptions& options)
    : weight({out, in}, options_for(in, true)) {
  if (options.bias) bias.emplace(Shape{out}, options_for(in, false));
}

Variable Linear::operator()(const Variable& x) const {
  return within(*this, [&] { return bias ? linear(x, weight, *bias) : linear(x, weight); });
}

void Linear::visit(Visitor& v) {
  v("weight", weight);
  v("bias", bias);
}

}  // namespace ebb::nn
