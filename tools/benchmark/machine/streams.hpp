// Bare loops over arrays of so many floats, a stretch of them for each thread: what the memory
// where such arrays lie allows, or xsimd's own function.
#pragma once

#include <memory>
#include <tensor/machine/storage.hpp>
#include <tools/benchmark/measure.hpp>
#include <tools/benchmark/rungs/loops.hpp>

namespace ebb::tools::benchmark {

class Streams final {
 public:
  // A few thousand floats are one thread's work, however many there are.
  Streams(std::int64_t n, int threads);

  // The ways hold on to this object.
  Way read() const;                          // of x
  Way copy() const;                          // y = x
  Way add() const;                           // y = x + z
  Way function(MathLoops::Loop loop) const;  // y = f(x)

  // Seconds as if the loops, which take multiples of 64, had run over all n.
  double seconds(const Timing& timing) const { return timing.minimum * scale_; }
  int threads() const { return threads_; }

 private:
  int threads_;
  std::int64_t stretch_;
  double scale_;
  std::shared_ptr<ebb::Storage> block_;
  float *x_, *y_, *z_;
};

}  // namespace ebb::tools::benchmark
