// The roof: what this machine can do at best, measured in the same run as what is held against it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <tensor/machine/storage.hpp>
#include <tools/benchmark/rungs/loops.hpp>
#include <tools/benchmark/suites/suite.hpp>

namespace ebb::tools::benchmark {

// The loops for the kernels that Ebb has chosen.
const Loops& loops_in_use();

// A place where arrays lie, by the size of what is used again and again.
struct Level {
  std::string name;                 // "L1", "L2", "L3", "memory"
  std::int64_t bytes;               // that a thread uses while the level is measured
  std::array<double, 4> rate = {};  // GB/s of all threads in each of Loops::memory
  double best() const { return *std::max_element(rate.begin(), rate.end()); }
};

struct Peak {
  double gflops = 0;      // multiplications and additions of float32, all threads
  double round_trip = 0;  // as below, in seconds
  std::array<Level, 4> levels;

  // The level in which so many bytes lie, shared by the threads.
  const Level& level_of(std::int64_t bytes, int threads) const;
};

// Measured at the first call for a number of threads, then remembered; on the instruction set in
// use.
const Peak& peak(const Context& context);
// Measures the multiply-adds once more and keeps the better rate: a suite that lasts minutes may
// have begun while the machine had other work.
const Peak& peak_again(const Context& context);

// Seconds that a word takes from one core to another and back; 0 for one thread. It takes longer
// where cores share no cache, and the host may move those of a virtual machine while it runs.
double round_trip(const Context& context);

// The caches as the system describes them: bytes of L1 and L2 (of one core) and L3.
std::array<std::int64_t, 3> cache_sizes();

// Bare loops over memory that each thread has for itself: what the level where such arrays lie
// allows, or xsimd's own function.
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
