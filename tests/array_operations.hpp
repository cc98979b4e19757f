// The second table: every function of autograd/ that is no formula, with a row for each choice of
// options that takes another way through its loops. The drivers in array_operations.cpp give a row
// every layout and check all that is promised. To add one, write it beside the other tests of its
// file, in the function that is declared below (a new file's is called in array_operations.cpp):
//     rows.push_back({.name = "convolve in steps of 2",  // its first word is the function's name
//                     .function = [](X x) { return convolve(x[0], x[1], {.stride = 2}); },
//                     .inputs = {{{2, 3, 8}}, {{4, 3, 3}}},
//                     .twin = [](const Arrays& x) { … plain loops over double … },
//                     .roundings = 9,
//                     .wrong_rules = {{"not turned", [](X x, V y, V dy) { … }}}});
#pragma once

#include <autograd/check.hpp>
#include <tests/autograd/mutants.hpp>

using X = std::span<const ebb::Variable>;

// A tensor as plain loops see it. at(place) is an element, places(shape) are all, the last axis
// fastest.
struct Array {
  ebb::Shape shape;
  std::vector<double> elements;

  Array(const ebb::Shape& of, std::vector<double> values)
      : shape(of), elements(std::move(values)) {}
  explicit Array(const ebb::Shape& of, double value = 0)
      : Array(of, std::vector<double>(static_cast<std::size_t>(of.count()), value)) {}

  std::size_t number(const ebb::Shape& place) const;
  double& at(const ebb::Shape& place) { return elements.at(number(place)); }
  double at(const ebb::Shape& place) const { return elements.at(number(place)); }
};
using Arrays = std::vector<Array>;
std::vector<ebb::Shape> places(const ebb::Shape& shape);
// Where broadcasting finds in `shape` what stands at a place of the common shape.
ebb::Shape within(const ebb::Shape& shape, ebb::Shape place);

// An operand: drawn from a range, or these values.
struct Drawn {
  ebb::Shape shape;
  double low = -2, high = 2;
  std::vector<double> values = {};
};

// A wrong derivative by one input, and a wrong function: what the checks must find.
struct WrongRule {
  std::string what;
  std::function<ebb::Variable(X x, V y, V dy)> rule;
  std::size_t input = 0;
  int order = 1;  // the lowest in which it shows
};
struct WrongValue {
  std::string what;
  ebb::Function function;
};

struct ArrayOperation {
  std::string name;
  ebb::Function function;
  std::vector<Drawn> inputs = {};
  std::function<Array(const Arrays& x)> twin;
  double roundings = 0;   // of the dtype's last place at max(1, |y|): a result's longest chain
  int order = 2;          // of the derivatives that exist: 1 at a kink
  bool integers = false;  // takes int32, too, but for derivatives
  std::vector<ebb::Shape> large = {};  // of inputs that are worth several threads, or none
  std::vector<WrongRule> wrong_rules = {};
  std::vector<WrongValue> wrong_values = {};
};

std::vector<ArrayOperation> attention_rows();
std::vector<ArrayOperation> label_rows();
std::vector<ArrayOperation> convolution_rows();
std::vector<ArrayOperation> matmul_rows();
std::vector<ArrayOperation> normalize_rows();
std::vector<ArrayOperation> part_rows();
std::vector<ArrayOperation> pool_rows();
std::vector<ArrayOperation> recurrent_rows();
std::vector<ArrayOperation> reduce_rows();
std::vector<ArrayOperation> resample_rows();
std::vector<ArrayOperation> scan_rows();
std::vector<ArrayOperation> shape_rows();
std::vector<ArrayOperation> view_rows();
