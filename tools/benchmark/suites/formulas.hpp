// Ebb's formulas by name, as the suite `elementwise` runs through them.
#pragma once

#include <string>
#include <tensor/tensor.hpp>
#include <vector>

namespace ebb::tools::benchmark {

struct Formula {
  std::string name;  // of its type: "TanhSlope"
  int place;         // in AllFormulas
  int inputs;        // arrays that it reads
  bool cheap;        // nothing but moves, choices, additions and products: memory is its limit
};

// All, in the order of their list.
std::vector<Formula> formulas();

// One loop over the first of x, as many as it reads. Bounds of clamp are plain numbers.
ebb::Tensor run(const Formula& formula, const std::vector<ebb::Tensor>& x);

}  // namespace ebb::tools::benchmark
