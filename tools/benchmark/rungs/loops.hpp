// Loops that do one thing and nothing else, compiled once per instruction set: what the machine can
// do at best, to hold Ebb's kernels against.
#pragma once

#include <cstdint>

namespace ebb::tools::benchmark {

struct Loops {
  const char* isa;

  // `rounds` times `multiply_adds` operations a * b + c that do not wait for each other.
  float (*fma)(std::int64_t rounds);
  std::int64_t multiply_adds;

  // Memory, n floats in each array, n a multiple of 64: read x; y = x; y = a + b; and x,
  // y and z each += a, four streams as in an optimizer's update.
  float (*read)(const float* x, std::int64_t n);
  void (*copy)(float* y, const float* x, std::int64_t n);
  void (*add)(float* y, const float* a, const float* b, std::int64_t n);
  void (*update)(float* x, float* y, float* z, const float* a, std::int64_t n);
};

// xsimd's own functions, y = f(x), as in Loops.
struct MathLoops {
  using Loop = void (*)(float* y, const float* x, std::int64_t n);
  const char* isa;
  Loop exp, log, sigmoid, sqrt, tanh;
};

// Those for the kernels that Ebb has chosen.
const Loops& loops_in_use();
const MathLoops& math_loops_in_use();

}  // namespace ebb::tools::benchmark
