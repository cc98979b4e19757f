// Loops that do one thing and nothing else, compiled once per instruction set: what the machine can
// do at best, to hold Ebb's kernels against; and a matrix product, rung by rung.
#pragma once

#include <cstdint>

namespace ebb::tools::benchmark {

// A loop through arrays of n floats each; n is a multiple of 64, and vectors can be loaded aligned.
struct Loop {
  const char* name;
  int arrays;  // that it goes through: x[0] is written, or where there is no other one read
  int bytes;   // that it moves for each float of an array
  float (*run)(float* const* x, std::int64_t n);  // the sum of what it read, or 0
};

// The ladder: the same c = a b written again and again, each time nearer to what the core can do.
// The code to read is in product.cpp.
struct Rung {
  const char* name;
  const char* idea;  // what it does that the one below does not
  // c[m, n] = a[m, k] b[k, n], all gapless; m a multiple of Rungs::rows, n of Rungs::columns.
  void (*multiply)(float* c, const float* a, const float* b, std::int64_t m, std::int64_t n,
                   std::int64_t k);
};
struct Rungs {
  std::int64_t rows, columns;  // of the tile that the last one computes
  Rung rungs[4];               // from the ground up
};

struct Loops {
  const char* isa;
  // `rounds` times `multiply_adds` operations a * b + c that do not wait for each other.
  float (*multiply_add)(std::int64_t rounds);
  std::int64_t multiply_adds;
  Loop memory[4];  // read x; copy y = a; add y = a + b; update x, y and z += a, like an optimizer
  Loop functions[5];  // xsimd's own, y = f(a), by the names of Ebb's formulas: Exp, Tanh, …
  const Rungs* ladder;
};

}  // namespace ebb::tools::benchmark
