// Threads that share out numbered tasks: what is below parallel_for.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <thread>
#include <vector>

namespace ebb::detail {

// The threads are oneTBB's, but between loops the pool keeps them awake for a moment, watching for
// the next. So a loop is begun and ended within half a microsecond, where oneTBB takes up to two:
//
//     caller     ─ opens ─ 0 ─ 1 ─ 2 ─ closes ─ waits ─┐
//                    ↘                                 │
//     helper     ─── enters ── 3 ─ 4 ─ 5 ── leaves ────┘
//
// Each thread has a stretch of the tasks to itself, the same in every loop of as many stretches,
// the caller the first, and then takes what is left of the others'. So it has the same part of
// memory loop after loop. The caller waits for those alone that have entered: a helper that is late
// or asleep holds nobody up. (One that loses its core within a task does.)
class ThreadPool final {
 public:
  using Task = void (*)(void* argument, std::int64_t number);

  static constexpr int most_threads = 1024;
  static ThreadPool& instance();

  int threads() const { return threads_; }  // that share a loop, the caller included

  // From 1 to most_threads; fewer where the system allows no more. Waits for the end of a loop that
  // another thread has begun. False, and nothing changed, within a loop.
  bool resize(int threads);

  // For tests, which want every thread at work, not those that come in time: from now on no thread
  // begins before all that the loop wants have come, and each runs its own stretch and no other.
  void wait_for_all(bool on) { wait_for_all_ = on; }

  // Calls task(argument, i) once for each i in [0, count), count >= 1, on any of the threads, and
  // returns when all are done. After an exception no further task begins, and the first arrives
  // here. False, and nothing called, while another loop runs, around this one or beside it.
  bool run(std::int64_t count, Task task, void* argument);

 private:
  struct Helper;
  struct Threads;  // what names oneTBB

  // The loop in hand, in one cache line: with a stretch all that must travel before a helper
  // begins.
  struct alignas(64) Loop {
    std::atomic<std::uint64_t> helpers{0};  // still wanted, and 2^32 for each that has left
    Task task = nullptr;
    void* argument = nullptr;
    std::int64_t count = 0;
    int stretches = 0;
    std::atomic<bool> failed{false};
  };
  struct alignas(64) Stretch {
    std::atomic<std::int64_t> next{0};
    std::atomic<bool> taken{false};  // by a helper, to begin with
  };

  ThreadPool();
  int start_helpers(int wanted);
  void call_helpers(int wanted);
  bool call(Helper& helper);
  bool set_awake(Helper& helper, bool awake);
  void help(Helper& helper);
  void watch(int number);
  bool enter();
  int take(int number);
  void work(int mine);

  std::unique_ptr<Threads> source_;
  std::atomic<int> threads_{1};
  bool wait_for_all_ = false;
  std::vector<Stretch> stretches_;
  Loop loop_;
  alignas(64) std::atomic<int> awake_{0};  // helpers, those that are just called included
  alignas(64) std::atomic<bool> busy_{false};
  std::atomic<std::thread::id> caller_;  // of the loop in hand
  std::exception_ptr error_;
};

}  // namespace ebb::detail
