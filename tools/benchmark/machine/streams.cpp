#include <array>
#include <tensor/shape.hpp>
#include <tools/benchmark/machine/streams.hpp>

namespace ebb::tools::benchmark {
namespace {

constexpr std::int64_t most = 4;  // arrays of a loop
// The arrays' starts differ in the address's low bits: at equal ones a load would wait for the
// store before it.
constexpr std::int64_t gap = 256;

}  // namespace

Streams::Streams(std::int64_t floats, int threads)
    : threads_(threads),
      part_(divide_up(floats, 64) * 64 + most * gap),
      block_(allocate(static_cast<std::size_t>(part_ * threads) * sizeof(float))) {
  float* const numbers = static_cast<float*>(block_->data());
  for (std::int64_t i = 0; i < part_ * threads; ++i)  // where every function is defined
    numbers[i] = 0.5F + static_cast<float>(i % 1024) / 512;
}

Way Streams::way(const Loop& loop, std::int64_t n) const {
  return way_on_threads(loop.name, threads_, [this, loop, n](int thread) {
    std::array<float*, most> arrays;
    float* const begin = static_cast<float*>(block_->data()) + thread * part_;
    for (int i = 0; i < loop.arrays; ++i)
      arrays[static_cast<std::size_t>(i)] = begin + i * (n + gap);
    keep(loop.run(arrays.data(), n));
  });
}

double Streams::gigabytes_per_second(const Loop& loop, std::int64_t n, const Timing& timing) const {
  return 1e-9 * static_cast<double>(loop.bytes * n * threads_) / timing.minimum;
}

}  // namespace ebb::tools::benchmark
