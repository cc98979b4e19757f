// The one file that names oneTBB.
#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <new>
#include <tensor/machine/thread_pool.hpp>
#include <tensor/machine/thread_probe.hpp>
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

thread_local bool is_helper = false;  // within a loop, wherever this thread is

}  // namespace

// A thread of oneTBB's, which sleeps in an arena of its own: a place for the caller, who takes
// none, and one for a worker.
struct ThreadPool::Helper {
  explicit Helper(int its_number) : number(its_number) {}
  int number;  // of the stretch that is its own
  tbb::task_arena arena{2};
  std::atomic<bool> awake{false};
};

// oneTBB gives arenas no more threads than the machine has cores, all together, unless
// global_control is raised: once, because each change of it costs the workers a nap of a tenth of a
// second.
//
// It starts a thread when there is more to do at once than it has threads. Asked for several, it
// lets a new thread start the next, and where the system refuses one then, the program ends. So
// helpers are asked for one by one, each as soon as it is to be counted on: such a thread is
// started by the one that asks, who hears of a failure. Those that have been started stay.
struct ThreadPool::Threads {
  tbb::global_control control{tbb::global_control::max_allowed_parallelism, most_threads};
  std::vector<std::unique_ptr<Helper>> helpers;  // those started; they stay

  // Beside its stack the C library reserves 64 MB of addresses for what a thread allocates. The
  // program is to have as many to itself.
  static int count_possible(int wanted) {
    using Control = tbb::global_control;
    const std::size_t stack = Control::active_value(Control::thread_stack_size);
    return count_possible_threads(wanted, stack, 2 * (std::size_t{64} << 20) + stack);
  }
};

// Never destroyed, since threads may look at it until the process has ended.
ThreadPool& ThreadPool::instance() {
  static ThreadPool& pool = *new ThreadPool;
  return pool;
}

ThreadPool::ThreadPool() : source_(std::make_unique<Threads>()) {
  resize(std::min(tbb::info::default_concurrency(), most_threads));
}

// A smaller pool calls the helpers beyond its size no longer. Some of these may still be awake, and
// watch until they fall asleep. They may, though stretches_ is replaced here: a helper reads it
// only after it has entered a loop, and while busy_ is held there is none.
bool ThreadPool::resize(int threads) {
  for (std::int64_t waited = 0; busy_.exchange(true, std::memory_order_acquire); ++waited) {
    if (is_helper || caller_ == std::this_thread::get_id()) return false;
    wait_a_moment(waited);
  }
  try {
    std::vector<Stretch> stretches(static_cast<std::size_t>(threads));
    source_->helpers.reserve(static_cast<std::size_t>(threads));
    threads_ = std::min(threads, start_helpers(threads - 1) + 1);
    stretches_ = std::move(stretches);
  } catch (...) {
    busy_.store(false, std::memory_order_release);
    throw;
  }
  busy_.store(false, std::memory_order_release);
  return true;
}

// Starts helpers until there are as many as wanted, or as the system allows, and returns how many
// there are. A helper that could not be started is never freed: its arena may still run its task.
int ThreadPool::start_helpers(int wanted) {
  auto& helpers = source_->helpers;
  const int have = static_cast<int>(helpers.size());
  if (wanted <= have) return have;
  const int possible = have + Threads::count_possible(wanted - have);
  while (static_cast<int>(helpers.size()) < possible) {
    std::unique_ptr<Helper> next(new (std::nothrow) Helper(static_cast<int>(helpers.size()) + 1));
    if (next == nullptr || !call(*next)) {
      static_cast<void>(next.release());
      break;
    }
    helpers.push_back(std::move(next));
  }
  return static_cast<int>(helpers.size());
}

bool ThreadPool::run(std::int64_t count, Task task, void* argument) {
  if (busy_.exchange(true, std::memory_order_acquire)) return false;
  caller_.store(std::this_thread::get_id(), std::memory_order_relaxed);
  const int stretches = static_cast<int>(std::min<std::int64_t>(threads_, count));
  for (int i = 0; i < stretches; ++i) {
    Stretch& stretch = stretches_[static_cast<std::size_t>(i)];
    stretch.next.store(count * i / stretches, std::memory_order_relaxed);
    stretch.taken.store(false, std::memory_order_relaxed);
  }
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
  caller_.store({}, std::memory_order_relaxed);
  busy_.store(false, std::memory_order_release);
  if (error) std::rethrow_exception(error);
  return true;
}

// Those that are awake see by themselves that they are wanted.
void ThreadPool::call_helpers(int wanted) {
  for (int i = 0; awake_ < wanted && i + 1 < threads_; ++i)
    if (!call(*source_->helpers[static_cast<std::size_t>(i)])) return;
}

// False where that takes memory or a thread that cannot be had: the loop does with fewer.
bool ThreadPool::call(Helper& helper) {
  if (!set_awake(helper, true)) return true;
  try {
    helper.arena.enqueue([this, &helper] { help(helper); });
    return true;
  } catch (...) {
    set_awake(helper, false);
    return false;
  }
}

// Whether that changed anything.
bool ThreadPool::set_awake(Helper& helper, bool awake) {
  if (helper.awake.exchange(awake) == awake) return false;
  awake_ += awake ? 1 : -1;
  return true;
}

// What a helper does until it goes to sleep. A caller that still counts it as awake has opened its
// loop before, so a last look sees that; one that does not may have called it again.
void ThreadPool::help(Helper& helper) {
  is_helper = true;
  do {
    watch(helper.number);
    set_awake(helper, false);
  } while ((loop_.helpers & wanted_bits) > 0 && set_awake(helper, true));
  is_helper = false;
}

void ThreadPool::watch(int number) {
  for (int waited = 0; waited < patience; ++waited) {
    if (enter()) {
      work(take(number));
      loop_.helpers.fetch_add(one_left, std::memory_order_release);
      waited = 0;
    }
    wait_a_moment(waited);
  }
}

bool ThreadPool::enter() {
  std::uint64_t helpers = loop_.helpers.load(std::memory_order_relaxed);
  while ((helpers & wanted_bits) > 0)
    if (loop_.helpers.compare_exchange_weak(helpers, helpers - 1)) return true;
  return false;
}

// A stretch that no other helper begins with: that of its number, if there is one and it is free.
// No more helpers enter than there are stretches beside the caller's.
int ThreadPool::take(int number) {
  const int last = loop_.stretches - 1;
  int stretch = std::min(number, last);
  while (
      stretches_[static_cast<std::size_t>(stretch)].taken.exchange(true, std::memory_order_relaxed))
    stretch = stretch % last + 1;
  return stretch;
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
