// Bare loops over memory that each thread has for itself: what the level where such arrays lie
// allows, or xsimd's own function.
#pragma once

#include <memory>
#include <tensor/machine/storage.hpp>
#include <tools/benchmark/measure.hpp>
#include <tools/benchmark/rungs/loops.hpp>

namespace ebb::tools::benchmark {

class Streams final {
 public:
  // Room for so many floats in all arrays of a loop together, for each thread.
  Streams(std::int64_t floats, int threads);

  // The loop over arrays of n floats, a multiple of 64, on each thread. It holds on to this object.
  Way way(const Loop& loop, std::int64_t n) const;
  // Of all threads together, in such a way.
  double gigabytes_per_second(const Loop& loop, std::int64_t n, const Timing& timing) const;

 private:
  int threads_;
  std::int64_t part_;  // floats of a thread
  std::shared_ptr<Storage> block_;
};

}  // namespace ebb::tools::benchmark
