// The matrix products that training asks for, and squares: what the suite `gemm` measures.
#pragma once

#include <string>
#include <tools/benchmark/peers/product.hpp>
#include <vector>

namespace ebb::tools::benchmark {

struct Product {
  std::string name;   // "b32 784-256 y = x W'": the batch, the layer's inputs and outputs, which
  std::string group;  // of the means: "batch 32", "squares" (256 and above), "small squares"
  ProductShape shape;
  bool wide = false;  // counts for the share of peak at batch 128: the layers 784-256 and 784-512
};

// All whose name holds `only`; where `quick`, a few small ones among them.
std::vector<Product> products(bool quick, const std::string& only = {});

}  // namespace ebb::tools::benchmark
