// Ebb's functions that are no formulas: reductions, softmax, copies, random numbers.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <tensor/tensor.hpp>
#include <vector>

namespace ebb::tools::benchmark {

struct ArrayFunction {
  std::string name;
  int bytes;  // of memory for each element: 4 where it only reads or only writes, else 8
  std::function<void()> call;
};

// Each works on about n elements, matrices with rows of 100; n is a multiple of 100.
std::vector<ArrayFunction> array_functions(std::int64_t n);

// From 0.5 to 2.5, where every function is defined; the same ones each time.
ebb::Tensor positive_numbers(const ebb::Shape& shape);

}  // namespace ebb::tools::benchmark
