// A thread per core, while programs take short turns. Threads that were stopped, or slept, often
// wake on the same core, and the system takes longer to part them than a turn lasts.
#pragma once

#include <sched.h>
#include <sys/types.h>

#include <vector>

namespace ebb::tools::benchmark {

class [[nodiscard]] Pinned final {
 public:
  // Gives each thread of the process a core of its own, in the order of the cores it may use; if
  // there are more, they share cores, but not the first one's. Does nothing for one thread, and
  // where fewer exist: a program that starts its threads for each call would start them all on the
  // first one's core.
  Pinned(pid_t process, int threads);
  ~Pinned();  // they, and threads that they began, may run where they could before
  Pinned(const Pinned&) = delete;
  Pinned& operator=(const Pinned&) = delete;

  int count() const { return static_cast<int>(threads_.size()); }  // of threads that have a core

 private:
  pid_t process_;
  std::vector<pid_t> threads_;  // those that have a core
  cpu_set_t before_;            // the cores that the first of them might use
};

// Ebb's own threads, so many of them, awake: a thread that has never worked cannot be given a core.
Pinned pin_own_threads(int threads);

}  // namespace ebb::tools::benchmark
