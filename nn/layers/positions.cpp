#include <autograd/elementwise.hpp>
#include <autograd/parts.hpp>
#include <autograd/views.hpp>
#include <cmath>
#include <nn/layers/positions.hpp>
#include <nn/start.hpp>
#include <nn/within.hpp>

namespace ebb::nn {
namespace {

// The axis of the steps.
int steps_axis(const Variable& x, const PositionOptions& options) {
  if (x.rank() < 2 || x.rank() > 3)
    throw ShapeError(text("positions: input ", x.shape(), "; it must be [",
                          options.batch_first ? "batch, steps" : "steps, batch",
                          ", width] or [steps, width], try reshape"));
  return x.rank() == 3 && options.batch_first ? 1 : 0;
}

// rows [steps, width], beside the batch.
Variable beside(const Variable& x, const Variable& rows, int axis) {
  return x + (x.rank() == 3 && axis == 0 ? unsqueeze(rows, 1) : rows);
}

}  // namespace

Tensor sinusoidal_positions(std::int64_t steps, std::int64_t width, DType dtype) {
  const double last = static_cast<double>(divide_up(width, 2));
  const Tensor waves =
      exp(arange(last, DType::float64) * (-2 * std::log(10000.0) / static_cast<double>(width)));
  const Tensor times = arange(static_cast<double>(steps), DType::float64);
  const Tensor angles = reshape(times, {steps, 1}) * waves;
  const Tensor both = reshape(stack({sin(angles), cos(angles)}, -1), {steps, 2 * waves.count()});
  return cast(slice(both, 1, 0, width), dtype);
}

Variable SinusoidalPositions::operator()(const Variable& x) const {
  const int axis = steps_axis(x, options_);
  return beside(x, sinusoidal_positions(x.size(axis), x.size(-1), x.dtype()), axis);
}

LearnedPositions::LearnedPositions(std::int64_t most_steps, std::int64_t width,
                                   const PositionOptions& options)
    : weight({most_steps, width}, {normal(0.02)}), options_(options) {}

Variable LearnedPositions::operator()(const Variable& x, std::int64_t first) const {
  return within(*this, [&] {
    const int axis = steps_axis(x, options_);
    const std::int64_t end = first + x.size(axis);
    if (first < 0 || end > weight.shape()[0])
      throw ShapeError(text("positions: steps ", first, " to ", end, ", learned are ",
                            weight.shape()[0], "; try a shorter input"));
    return beside(x, slice(weight, 0, first, end), axis);
  });
}

}  // namespace ebb::nn
