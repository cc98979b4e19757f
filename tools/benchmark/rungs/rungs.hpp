// The ladder of a matrix product: the same c = a b written again and again, each time nearer to
// what the core can do. The code to read is in rungs_product.cpp.
#pragma once

#include <cstdint>

namespace ebb::tools::benchmark {

struct Rung {
  const char* name;
  const char* idea;  // what it does that the one below does not
  // c[m, n] = a[m, k] b[k, n], all gapless; m a multiple of Rungs::rows, n of Rungs::columns.
  void (*multiply)(float* c, const float* a, const float* b, std::int64_t m, std::int64_t n,
                   std::int64_t k);
};

// Compiled once per instruction set.
struct Rungs {
  const char* isa;
  std::int64_t rows, columns;  // of the tile that the last one computes
  Rung rungs[4];               // from the ground up
};

// Those for the kernels that Ebb has chosen.
const Rungs& rungs_in_use();

}  // namespace ebb::tools::benchmark
