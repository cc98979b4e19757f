// What the tests of tensors share: numbers that can be looked up, comparisons, threads for a while.
#pragma once

#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <tensor/machine/parallel.hpp>
#include <tensor/machine/thread_pool.hpp>
#include <tensor/makers.hpp>
#include <thread>
#include <vector>

// So many threads until the end of the scope.
class Threads final {
 public:
  explicit Threads(int count) { ebb::set_threads(count); }
  ~Threads() { ebb::set_threads(before_); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

 private:
  int before_ = ebb::threads();
};

// A limit on live bytes until the end of the scope.
class MemoryLimit final {
 public:
  explicit MemoryLimit(std::size_t bytes) { ebb::set_memory_limit(bytes); }
  ~MemoryLimit() { ebb::set_memory_limit(std::numeric_limits<std::size_t>::max()); }
  MemoryLimit(const MemoryLimit&) = delete;
  MemoryLimit& operator=(const MemoryLimit&) = delete;
};

// Pieces of a parallel loop that wait for each other: arrive() returns true once all `count` have
// come, which takes as many threads, or false when the others stay away for too long.
class Rendezvous final {
 public:
  explicit Rendezvous(int count) : count_(count) {}
  bool arrive() {
    arrived_.fetch_add(1);
    for (int i = 0; i < 10'000'000; ++i) {
      if (arrived_.load() >= count_) return true;
      std::this_thread::yield();
    }
    return false;
  }

 private:
  const int count_;
  std::atomic<int> arrived_{0};
};

// The place of T in the kernels' tables.
template <class T>
constexpr int type_of = static_cast<int>(ebb::dtype_of<T>);
template <class T>
constexpr T infinity = std::numeric_limits<T>::infinity();

// Numbers of so many bits in [-1, 1). Those of nine float32 adds exactly for a long time, those of
// 24 fill it, so that sums of their products round.
inline std::vector<double> numbers(std::int64_t count, std::uint32_t seed = 1, int bits = 9) {
  std::vector<double> values(static_cast<std::size_t>(count));
  std::uint32_t state = seed * 2654435761u + 1;
  for (double& value : values) {
    state = state * 1664525u + 1013904223u;
    value = std::ldexp(state >> (32 - bits), 1 - bits) - 1;
  }
  return values;
}

inline ebb::Tensor number_tensor(const ebb::Shape& shape, ebb::DType dtype,
                                 std::uint32_t seed = 1) {
  return cast(from_vector(numbers(shape.count(), seed), shape), dtype);
}

inline std::vector<double> doubles(const ebb::Tensor& x) {
  return cast(x, ebb::DType::float64).to_vector<double>();
}

// The same elements, bit for bit, NaN included.
inline bool same_bits(const ebb::Tensor& a, const ebb::Tensor& b) {
  const ebb::Tensor x = contiguous(a), y = contiguous(b);
  return x.shape() == y.shape() && x.dtype() == y.dtype() &&
         (x.count() == 0 ||
          std::memcmp(x.raw(), y.raw(), static_cast<std::size_t>(x.count()) * size_of(x.dtype())) ==
              0);
}

// Until the end of the scope every loop waits for all its threads, and each has its own part.
class AllThreads final {
 public:
  AllThreads() { ebb::detail::ThreadPool::instance().wait_for_all(true); }
  ~AllThreads() { ebb::detail::ThreadPool::instance().wait_for_all(false); }
  AllThreads(const AllThreads&) = delete;
  AllThreads& operator=(const AllThreads&) = delete;
};

// Runs `compute` on 1, 2, 3, 4 and 8 threads, with all of them and then with those that come in
// time, which take what the others have not begun. True if all had work and all results have the
// same bits.
inline bool same_on_any_number_of_threads(const std::function<ebb::Tensor()>& compute) {
  const ebb::Tensor first = compute();
  for (const int count : {1, 2, 3, 4, 8}) {
    const Threads some(count);
    {
      const AllThreads all;
      if (!same_bits(compute(), first) || ebb::threads_that_ran() < count) return false;
    }
    if (!same_bits(compute(), first)) return false;
  }
  return first.count() > 0;
}
