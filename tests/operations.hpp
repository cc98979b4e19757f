// The one table of elementwise operations: what a row holds, and how the drivers call it. Tests
// drive every row through values, literals, dtypes, lengths, layouts, NaN, derivatives and errors.
// The table stands in tests/operations.cpp; a formula in no row of it does not compile.
#pragma once

#include <array>
#include <autograd/check.hpp>
#include <autograd/elementwise.hpp>
#include <cmath>
#include <optional>
#include <tensor/random.hpp>
#include <vector>

// Where the operands of a row are drawn from. With `whole` they are whole numbers, so that ties and
// zeros occur, and no derivative with respect to them is asked.
struct Range {
  double low, high;
  bool whole = false;
};

// A value from elsewhere, to 15 digits or more. Inputs are exact in float32.
struct Literal {
  std::vector<double> x;
  double y;
};

// How far results may be from what is right, in units in the last place, measured against the
// larger of |y| and `scale`, which is not 0 where terms cancel.
struct Accuracy {
  double ulp = 4, ulp64 = ulp;  // in float32, in float64
  double scale = 0;
  bool alone = true;  // the bits do not depend on what stands beside an element

  template <class T>
  double allowed() const {
    return std::is_same_v<T, double> ? ulp64 : ulp;
  }
};

// How often a derivative is taken by each operand, and where.
using Orders = std::array<int, 3>;
using Point = std::array<long double, 3>;
// A derivative in closed form, up to the third order; nothing where the contract promises nothing.
using Derivative = std::function<std::optional<long double>(const Orders& n, const Point& x)>;

// A formula, read in two ways.
struct Formula {
  std::size_t arity;
  std::vector<int> reads;  // a slope's: inputs by number, or the output
  ebb::Tensor (*loop)(const ebb::Tensor* x);
  double (*number)(const double* x);
};

struct Operation {
  std::string name;
  std::size_t operands;  // how many tensors the function takes
  std::function<ebb::Tensor(const ebb::Tensor* x)> on_tensors;
  std::function<ebb::Variable(const ebb::Variable* x)> on_variables;
  std::vector<Range> ranges;  // one for each argument of the formula
  std::vector<Literal> literals;
  Derivative derivative;  // none for a comparison
  int orders = 3;         // of derivatives that exist; beyond them there is an error
  Accuracy accuracy;
  Formula formula;
  std::vector<Formula> slopes;
};

// Every elementwise operation, in the order of the table.
const std::vector<Operation>& operations();

// Numbers from a range, the same at each call. `place` keeps operands apart.
inline ebb::Tensor draw(const Range& range, const ebb::Shape& shape, std::size_t place = 0,
                        ebb::DType dtype = ebb::DType::float64) {
  ebb::Random random = ebb::Random{7}.fork("operand " + std::to_string(place));
  std::vector<double> values = ebb::rand(shape, random, ebb::DType::float64).to_vector<double>();
  for (double& value : values) {
    value = range.low + value * (range.high - range.low);
    if (range.whole) value = std::round(value);
  }
  return ebb::cast(ebb::from_vector(values, shape), dtype);
}
