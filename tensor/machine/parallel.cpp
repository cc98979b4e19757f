#include <algorithm>
#include <atomic>
#include <tensor/error.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/machine/thread_pool.hpp>
#include <tensor/shape.hpp>
#include <utility>

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace ebb {
namespace {

using detail::ThreadPool;

// Denormals appear in an optimizer's moments and cost a hundred cycles each. Zero is as good there.
class FlushDenormals {
 public:
#if defined(__SSE2__)
  FlushDenormals() : before_(_mm_getcsr()) { _mm_setcsr(before_ | 0x8040); }  // FTZ and DAZ
  ~FlushDenormals() { _mm_setcsr(before_); }

 private:
  unsigned before_;
#elif defined(__aarch64__)
  FlushDenormals() {
    asm volatile("mrs %0, fpcr" : "=r"(before_));
    asm volatile("msr fpcr, %0" ::"r"(before_ | (std::uint64_t{1} << 24)));
  }
  ~FlushDenormals() { asm volatile("msr fpcr, %0" ::"r"(before_)); }

 private:
  std::uint64_t before_;
#endif
};

std::atomic<int> generation{1};  // one more at each set_threads
std::atomic<int> ran{0};

thread_local bool alone = false;

void count_this_thread() {
  thread_local int seen = 0;
  if (alone) return;
  const int now = generation.load(std::memory_order_relaxed);
  if (seen != now) {
    seen = now;
    ran.fetch_add(1, std::memory_order_relaxed);
  }
}

}  // namespace

void set_threads(int count) {
  if (count < 1 || count > ThreadPool::most_threads)
    throw Error(text("threads: ", count, " is not a number of threads; try 1 to 1024"));
  if (!ThreadPool::instance().resize(count))
    throw Error(text("threads: set_threads(", count,
                     ") within a parallel_for; try it before the loop or after it"));
  generation.fetch_add(1);
  ran.store(0);
}

int threads() { return ThreadPool::instance().threads(); }

int threads_that_ran() { return ran.load(); }

AloneScope::AloneScope() : before_(std::exchange(alone, true)) {}
AloneScope::~AloneScope() { alone = before_; }

// One piece for each thread while it is of up to eight times `least`: each piece more costs some
// tens of nanoseconds, and one that another thread takes over brings its memory along. What does
// not divide is a small piece at the end.
std::int64_t even_grain(std::int64_t count, std::int64_t least) {
  const std::int64_t all = threads(),
                     pieces = std::max<std::int64_t>(1, (count + least / 2) / least);
  const std::int64_t even = pieces <= all ? pieces : divide_up(pieces, 8 * all) * all;
  return std::max<std::int64_t>(1, count / even);
}

namespace {

struct alignas(64) Loop {  // a cache line for helpers to fetch
  std::int64_t count, grain;
  detail::Piece piece;
  void* body;

  std::int64_t pieces() const { return divide_up(count, grain); }

  void run(std::int64_t number) const {
    count_this_thread();
    const FlushDenormals flush;
    piece(body, number * grain, std::min((number + 1) * grain, count));
  }
};

}  // namespace

void detail::run_pieces(std::int64_t count, std::int64_t grain, Piece piece, void* body) {
  if (count <= 0) return;
  Loop loop = {count, std::min(grain, count), piece, body};
  const std::int64_t pieces = loop.pieces();
  const auto task = [](void* the_loop, std::int64_t i) { static_cast<Loop*>(the_loop)->run(i); };
  if (pieces > 1 && !alone && threads() > 1 && ThreadPool::instance().run(pieces, task, &loop))
    return;
  for (std::int64_t i = 0; i < pieces; ++i) loop.run(i);
}

}  // namespace ebb
