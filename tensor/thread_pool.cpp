// The one file that names oneTBB.
#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <tensor/thread_pool.hpp>
#include <thread>
#include <utility>

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace ebb::detail {
namespace {

// Until a thread looks again: at once for some microseconds, and later only if no other thread
// wants the core.
void wait_a_moment(std::int64_t waited) {
  if (waited > 500) return std::this_thread::yield();
#if defined(__SSE2__)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

constexpr int patience = 10'000;  // moments, some milliseconds, until a helper goes to sleep

constexpr std::uint64_t one_left = std::uint64_t{1} << 32;
constexpr std::uint64_t wanted_bits = one_left - 1;

}  // namespace

// oneTBB gives arenas no more threads than the machine has cores, all together, unless
// global_control is raised: once, because each change of it costs the workers a nap of a tenth of a
// second.
struct ThreadPool::Threads {
  tbb::global_control control{tbb::global_control::max_allowed_parallelism, most_threads};
  std::unique_ptr<tbb::task_arena> arena;
};

// Never destroyed, since threads may look at it until the process has ended.
ThreadPool& ThreadPool::instance() {
  static ThreadPool& pool = *new ThreadPool;
  return pool;
}

ThreadPool::ThreadPool() : source_(std::make_unique<Threads>()) {
  resize(std::min(tbb::info::default_concurrency(), most_threads));
}

// Helpers of before, which look at stretches in an open loop alone, may go on: oneTBB keeps their
// arena until they have left.
void ThreadPool::resize(int threads) {
  source_->arena = std::make_unique<tbb::task_arena>(threads);
  stretches_ = std::vector<Stretch>(static_cast<std::size_t>(threads));
  threads_ = threads;
}

bool ThreadPool::run(std::int64_t count, Task task, void* argument) {
  if (busy_.exchange(true, std::memory_order_acquire)) return false;
  const int stretches = static_cast<int>(std::min<std::int64_t>(threads_, count));
  for (int i = 0; i < stretches; ++i)
    stretches_[static_cast<std::size_t>(i)].next.store(count * i / stretches,
                                                       std::memory_order_relaxed);
  loop_.task = task;
  loop_.argument = argument;
  loop_.count = count;
  loop_.stretches = stretches;
  const auto wanted = static_cast<std::uint64_t>(stretches - 1);
  loop_.helpers = wanted;  // opens
  call_helpers(stretches - 1);
  work(0);
  const std::uint64_t entered = wanted - (loop_.helpers.fetch_and(~wanted_bits) & wanted_bits);
  for (std::int64_t waited = 0; loop_.helpers.load(std::memory_order_acquire) < entered * one_left;
       ++waited)
    wait_a_moment(waited);
  const std::exception_ptr error = std::exchange(error_, nullptr);
  loop_.failed = false;
  busy_.store(false, std::memory_order_release);
  if (error) std::rethrow_exception(error);
  return true;
}

// Those that are awake see by themselves that they are wanted. Where none can be called, for want
// of memory or of threads, the loop does with fewer.
void ThreadPool::call_helpers(int wanted) {
  while (awake_ < wanted) {
    ++awake_;
    try {
      source_->arena->enqueue([this] { help(); });
    } catch (...) {
      --awake_;
      return;
    }
  }
}

// What a helper does until it goes to sleep. A caller that still counts it as awake has opened its
// loop before, so a last look sees that.
void ThreadPool::help() {
  while (true) {
    watch();
    --awake_;
    if ((loop_.helpers & wanted_bits) == 0) return;
    ++awake_;
  }
}

void ThreadPool::watch() {
  for (int waited = 0; waited < patience; ++waited) {
    if (const int stretch = enter(); stretch > 0) {
      work(stretch);
      loop_.helpers.fetch_add(one_left, std::memory_order_release);
      waited = 0;
    }
    wait_a_moment(waited);
  }
}

// The number of the stretch that a helper begins with, or 0 where none is wanted.
int ThreadPool::enter() {
  std::uint64_t helpers = loop_.helpers.load(std::memory_order_relaxed);
  while ((helpers & wanted_bits) > 0)
    if (loop_.helpers.compare_exchange_weak(helpers, helpers - 1))
      return static_cast<int>(helpers & wanted_bits);
  return 0;
}

void ThreadPool::work(int mine) {
  for (std::int64_t waited = 0; wait_for_all_ && (loop_.helpers & wanted_bits) > 0; ++waited)
    wait_a_moment(waited);
  const int stretches = loop_.stretches, visits = wait_for_all_ ? 1 : stretches;
  try {
    for (int i = 0; i < visits; ++i) {
      const int stretch = (mine + i) % stretches;
      const std::int64_t end = loop_.count * (stretch + 1) / stretches;
      auto& next = stretches_[static_cast<std::size_t>(stretch)].next;
      if (i > 0 && next.load(std::memory_order_relaxed) >= end) continue;
      for (;;) {
        const std::int64_t number = next.fetch_add(1, std::memory_order_relaxed);
        if (number >= end || loop_.failed.load(std::memory_order_relaxed)) break;
        loop_.task(loop_.argument, number);
      }
    }
  } catch (...) {
    if (!loop_.failed.exchange(true)) error_ = std::current_exception();
  }
}

}  // namespace ebb::detail
