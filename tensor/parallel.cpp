// The one file that names oneTBB.
#include <tbb/blocked_range.h>
#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <atomic>
#include <memory>
#include <tensor/error.hpp>
#include <tensor/parallel.hpp>

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace ebb {
namespace {

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

constexpr int most_threads = 1024;

// The arena that loops run in. oneTBB gives arenas no more threads than the machine has cores, all
// together, unless global_control is raised: once, because each change of it costs the workers a
// nap of a tenth of a second.
class Workers final {
 public:
  Workers()
      : control_(tbb::global_control::max_allowed_parallelism, most_threads),
        arena_(std::make_unique<tbb::task_arena>(tbb::info::default_concurrency())) {}
  tbb::task_arena& arena() { return *arena_; }
  void resize(int count) { arena_ = std::make_unique<tbb::task_arena>(count); }

 private:
  tbb::global_control control_;
  std::unique_ptr<tbb::task_arena> arena_;
};

Workers& workers() {
  static Workers the_workers;
  return the_workers;
}

std::atomic<int> generation{1};  // one more at each set_threads
std::atomic<int> ran{0};

void count_this_thread() {
  thread_local int seen = 0;
  const int now = generation.load(std::memory_order_relaxed);
  if (seen != now) {
    seen = now;
    ran.fetch_add(1, std::memory_order_relaxed);
  }
}

}  // namespace

void set_threads(int count) {
  if (count < 1 || count > most_threads)
    throw Error(text("threads: ", count, " is not a number of threads; try 1 to 1024"));
  workers().resize(count);
  generation.fetch_add(1);
  ran.store(0);
}

int threads() { return workers().arena().max_concurrency(); }

int threads_that_ran() { return ran.load(); }

void detail::run_pieces(std::int64_t count, std::int64_t grain, Piece piece, void* body) {
  const auto run = [&](std::int64_t begin, std::int64_t end) {
    count_this_thread();
    const FlushDenormals flush;
    piece(body, begin, end);
  };
  if (count <= 0) return;
  if (count <= grain) return run(0, count);
  if (threads() == 1) {
    for (std::int64_t begin = 0; begin < count; begin += grain)
      run(begin, begin + grain < count ? begin + grain : count);
    return;
  }
  const std::int64_t pieces = (count + grain - 1) / grain;
  workers().arena().execute([&] {
    tbb::parallel_for(
        tbb::blocked_range<std::int64_t>(0, pieces, 1),
        [&](const tbb::blocked_range<std::int64_t>& range) {
          for (std::int64_t i = range.begin(); i < range.end(); ++i)
            run(i * grain, (i + 1) * grain < count ? (i + 1) * grain : count);
        },
        tbb::simple_partitioner{});
  });
}

}  // namespace ebb
