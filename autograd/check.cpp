#include <algorithm>
#include <autograd/check.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <cmath>
#include <tensor/random.hpp>

namespace ebb {
namespace {

using Point = std::vector<Tensor>;

// A number out of f: its result weighed with fixed random numbers.
Variable weighed(const Variable& y, Random random) {
  return sum(y * Variable(randn(y.shape(), random, DType::float64)));
}

double value_at(const Function& f, const Point& x, const Random& random) {
  std::vector<Variable> inputs;
  for (const Tensor& tensor : x) inputs.push_back(leaf(tensor));
  return weighed(f(inputs), random).item();
}

Tensor moved(const Tensor& x, const Tensor& direction, double distance) {
  return x + direction * distance;
}

// (f(x + h d) - f(x - h d)) / 2h
double central_difference(const Function& f, const Point& x, const Point& direction, double step,
                          const Random& random) {
  Point ahead, behind;
  for (std::size_t i = 0; i < x.size(); ++i) {
    ahead.push_back(moved(x[i], direction[i], step));
    behind.push_back(moved(x[i], direction[i], -step));
  }
  return (value_at(f, ahead, random) - value_at(f, behind, random)) / (2 * step);
}

void compare(double computed, double measured, double tolerance, const std::string& place) {
  const double allowed = tolerance * std::max({1.0, std::abs(computed), std::abs(measured)});
  const bool finite = std::isfinite(computed) && std::isfinite(measured);
  if (finite && std::abs(computed - measured) <= allowed) return;
  throw GradientError(text("check_gradients: ", place, " the derivative is ", computed,
                           " but finite differences give ", measured, " (allowed difference ",
                           allowed, "); is a factor, a sign or a sum missing in a rule?"));
}

// The gradients of f's number: zeros where it is a constant, as a linear function's slopes are.
std::vector<Variable> slopes_of(const Function& f, std::span<const Variable> inputs,
                                const Random& random, bool create_graph) {
  const Variable y = weighed(f(inputs), random);
  if (y.wants_gradient()) return gradients(y, inputs, {.create_graph = create_graph});
  std::vector<Variable> none;
  for (const Variable& input : inputs) none.push_back(zeros(input.shape(), input.dtype()));
  return none;
}

std::vector<Variable> gradients_at(const Function& f, const Point& x, const Random& random) {
  std::vector<Variable> inputs;
  for (const Tensor& tensor : x) inputs.push_back(leaf(tensor));
  return slopes_of(f, inputs, random, false);
}

Point zeros_like(const Point& x) {
  Point result;
  for (const Tensor& tensor : x) result.push_back(zeros(tensor.shape(), DType::float64));
  return result;
}

// "[1, 2]": where the element stands that is number `place` in row-major order.
std::string index_of(std::int64_t place, const Shape& shape) {
  Shape index = shape;
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    index[axis] = place % shape[axis];
    place /= shape[axis];
  }
  return text(index);
}

void check_directions(const Function& f, const Point& x, const std::vector<Variable>& computed,
                      const CheckOptions& options, const std::string& which, const Random& random) {
  Random directions = random.fork("directions");
  for (int i = 0; i < options.directions; ++i) {
    Point direction;
    double slope = 0;
    for (std::size_t j = 0; j < x.size(); ++j) {
      direction.push_back(randn(x[j].shape(), directions, DType::float64));
      slope += sum(direction[j] * computed[j].value()).item();
    }
    compare(slope, central_difference(f, x, direction, options.step, random), options.tolerance,
            which + " along a random direction");
  }
}

void check_elements(const Function& f, const Point& x, const std::vector<Variable>& computed,
                    const CheckOptions& options, const std::string& which, const Random& random) {
  for (std::size_t j = 0; j < x.size(); ++j) {
    Random order = random.fork("elements");
    std::vector<std::int64_t> places = permutation(x[j].count(), order);
    places.resize(std::min<std::size_t>(places.size(), static_cast<std::size_t>(options.elements)));
    const std::vector<double> slopes = computed[j].value().to_vector<double>();
    const std::vector<double> values = x[j].to_vector<double>();
    for (const std::int64_t place : places) {
      const auto at = static_cast<std::size_t>(place);
      std::vector<double> unit(values.size(), 0.0);
      unit[at] = std::max(1.0, std::abs(values[at]));
      Point direction = zeros_like(x);
      direction[j] = from_vector(unit, x[j].shape());
      compare(slopes[at], central_difference(f, x, direction, options.step, random) / unit[at],
              options.tolerance,
              text(which, " for element ", index_of(place, x[j].shape()), " of input ", j));
    }
  }
}

void check(const Function& f, const Point& x, const CheckOptions& options, int order) {
  const Random random = Random{options.seed}.fork(text("order ", order));
  const std::string which = text("in order ", order);
  const std::vector<Variable> computed = gradients_at(f, x, random);
  check_elements(f, x, computed, options, which, random);  // first, as it can say where
  check_directions(f, x, computed, options, which, random);
  if (order == options.order) return;
  // The next order is this check of the gradients themselves, seen as a function of the inputs.
  const Function derivative = [&](std::span<const Variable> inputs) {
    Variable total = zeros({}, DType::float64);
    Random weights = random.fork("slopes");
    for (const Variable& slope : slopes_of(f, inputs, random, true)) {
      total = total + weighed(slope, weights);
      weights.position += 1 << 20;
    }
    return total;
  };
  CheckOptions wider = options;
  wider.tolerance = order == 1 ? 30 * options.tolerance : options.tolerance;
  check(derivative, x, wider, order + 1);
}

}  // namespace

void check_gradients(const Function& f, const std::vector<Tensor>& inputs,
                     const CheckOptions& options) {
  for (const Tensor& input : inputs)
    if (input.dtype() != DType::float64)
      throw DTypeError(text("check_gradients: an input is ", input.dtype(), " ", input.shape(),
                            "; finite differences need float64, try cast"));
  if (options.order < 1)
    throw Error(text("check_gradients: order ", options.order, "; try 1 or 2"));
  check(f, inputs, options, 1);
}

}  // namespace ebb
