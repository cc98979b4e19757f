// What the suite `elementwise` runs through: Ebb's formulas, and its functions that are none,
// reductions, softmax, copies, random numbers.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <tensor/tensor.hpp>
#include <vector>

namespace ebb::tools::benchmark {

struct ArrayFunction {
  std::string name;  // of a formula's type: "TanhSlope"
  int bytes;         // of memory for each element, read or written
  std::function<Tensor()> call;
  bool cheap = false;  // a formula of moves, choices, additions and products: memory is its limit
};

// All formulas in the order of their list, on as many of x as each takes. Bounds of clamp are
// numbers.
std::vector<ArrayFunction> formulas(const std::array<Tensor, 4>& x);
// Each works on about n elements, matrices with rows of 100; n is a multiple of 100.
std::vector<ArrayFunction> array_functions(std::int64_t n);

// From 0.5 to 2.5, where every function is defined; the same ones each time.
Tensor positive_numbers(const Shape& shape);

}  // namespace ebb::tools::benchmark
