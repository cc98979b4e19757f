#include <algorithm>
#include <tools/benchmark/machine/streams.hpp>
#include <tools/benchmark/peers/product.hpp>

namespace ebb::tools::benchmark {
namespace {

constexpr std::int64_t step = 64;  // of the loops
constexpr std::int64_t gap = 256;  // so that the arrays' starts differ in the address's low bits

}  // namespace

Streams::Streams(std::int64_t n, int threads)
    : threads_(n < 10'000 ? 1 : threads),
      stretch_(std::max(step, n / threads_ / step * step)),
      scale_(static_cast<double>(n) / static_cast<double>(stretch_ * threads_)),
      block_(
          ebb::allocate(static_cast<std::size_t>(3 * (stretch_ * threads_ + gap)) * sizeof(float))),
      x_(static_cast<float*>(block_->data())),
      y_(x_ + stretch_ * threads_ + gap),
      z_(y_ + stretch_ * threads_ + gap) {
  for (float* array : {x_, y_, z_}) {
    fill(array, stretch_ * threads_, seed_of_a);
    for (std::int64_t i = 0; i < stretch_ * threads_; ++i) array[i] += 1.5F;  // log and sqrt, too
  }
}

Way Streams::read() const {
  return way_on_threads("read", threads_, [this](int thread) {
    keep(loops_in_use().read(x_ + thread * stretch_, stretch_));
  });
}

Way Streams::copy() const {
  return way_on_threads("copy", threads_, [this](int thread) {
    const std::int64_t at = thread * stretch_;
    loops_in_use().copy(y_ + at, x_ + at, stretch_);
  });
}

Way Streams::add() const {
  return way_on_threads("add", threads_, [this](int thread) {
    const std::int64_t at = thread * stretch_;
    loops_in_use().add(y_ + at, x_ + at, z_ + at, stretch_);
  });
}

Way Streams::function(MathLoops::Loop loop) const {
  return way_on_threads("function", threads_, [this, loop](int thread) {
    const std::int64_t at = thread * stretch_;
    loop(y_ + at, x_ + at, stretch_);
  });
}

}  // namespace ebb::tools::benchmark
