#include <cmath>
#include <nn/start.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/makers.hpp>
#include <tensor/random.hpp>

namespace ebb::nn {
namespace {

void require(const char* name, const char* what, double value) {
  if (!(value >= 0 && std::isfinite(value)))
    throw Error(text(name, ": a ", what, " of ", value, "; it must be finite and at least 0"));
}

// A start whose scale depends on how many inputs and outputs a weight has.
template <class Scale>
Start scaled(const char* name, double gain, Start (*kind)(double), const Scale& scale) {
  require(name, "gain", gain);
  return [=](const Shape& shape, Random& random, DType dtype) {
    if (shape.rank() < 2)
      throw ShapeError(
          text(name, ": ", shape, " has no inputs and outputs; try uniform or normal"));
    double inputs = 1, outputs = 1;
    for (int axis = 0; axis < shape.rank(); ++axis) {
      if (axis != 0) inputs *= static_cast<double>(shape[axis]);
      if (axis != 1) outputs *= static_cast<double>(shape[axis]);
    }
    if (shape.count() == 0) return empty(shape, dtype);
    return kind(gain * scale(inputs, outputs))(shape, random, dtype);
  };
}

}  // namespace

Start constant(double value) {
  return [=](const Shape& shape, Random&, DType dtype) { return full(shape, value, dtype); };
}

Start uniform(double bound) {
  require("uniform", "bound", bound);
  if (bound == 0) return constant(0);  // a product with 0 would make some of them -0
  return [=](const Shape& shape, Random& random, DType dtype) {
    return (rand(shape, random, dtype) * 2 - 1) * bound;
  };
}

Start normal(double deviation) {
  require("normal", "deviation", deviation);
  if (deviation == 0) return constant(0);
  return [=](const Shape& shape, Random& random, DType dtype) {
    return randn(shape, random, dtype) * deviation;
  };
}

Start kaiming_uniform(double gain) {
  return scaled("kaiming_uniform", gain, uniform,
                [](double inputs, double) { return std::sqrt(3 / inputs); });
}

Start kaiming_normal(double gain) {
  return scaled("kaiming_normal", gain, normal,
                [](double inputs, double) { return 1 / std::sqrt(inputs); });
}

Start xavier_uniform(double gain) {
  return scaled("xavier_uniform", gain, uniform,
                [](double inputs, double outputs) { return std::sqrt(6 / (inputs + outputs)); });
}

Start xavier_normal(double gain) {
  return scaled("xavier_normal", gain, normal,
                [](double inputs, double outputs) { return std::sqrt(2 / (inputs + outputs)); });
}

Tensor first_numbers(const Start& start, std::string_view owner, const Shape& shape, Random random,
                     DType dtype) {
  const Tensor numbers = start ? start(shape, random, dtype) : zeros(shape, dtype);
  if (numbers.shape() != shape)
    throw ShapeError(text(owner, ": its start made ", numbers.shape(), " of the shape ", shape,
                          "; make a tensor of the shape it is given"));
  if (numbers.dtype() != dtype)
    throw DTypeError(
        text(owner, ": its start made ", numbers.dtype(), ", asked for ", dtype, "; try cast"));
  const bool shared = numbers.storage().use_count() > 1 || !numbers.is_contiguous();
  return shared ? clone(contiguous(numbers)) : numbers;
}

}  // namespace ebb::nn
