// Several ways to do the same work, measured in turn in one run, so that what the machine does
// beside it falls on all of them alike.
//
//     const std::vector<Timing> times = measure({way("plain", [&] { y = plain(x); }),
//                                                way("fused", [&] { y = fused(x); })}, effort);
//     const double ratio = times[0].minimum / times[1].minimum;
#pragma once

#include <sched.h>
#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <tools/common/clock.hpp>
#include <utility>
#include <vector>

namespace ebb::tools::benchmark {

struct Way {
  std::string name;                           // for error messages
  std::function<double(std::int64_t)> calls;  // does the work so often, gives the seconds it took
};

// A way from a function that does the work once, in this thread.
template <class Work>
Way way(std::string name, Work work) {
  return {std::move(name), [work = std::move(work)](std::int64_t calls) mutable {
            const double begin = seconds_now();
            for (std::int64_t i = 0; i < calls; ++i) work();
            return seconds_now() - begin;
          }};
}

// A way of which each of so many of Ebb's threads does its part, work(thread), without waiting for
// the others: what the machine can do at best. The seconds are those of the slowest thread. Throws
// std::runtime_error where Ebb uses fewer threads, or where they do not come within ten seconds.
Way way_on_threads(std::string name, int threads, std::function<void(int thread)> work);

// The compiler must believe that the value is used.
template <class T>
void keep(const T& value) {
  asm volatile("" : : "r"(&value) : "memory");
}

// A thread per core, while programs take short turns. Threads that were stopped, or slept, often
// wake on the same core, and the system takes longer to part them than a turn lasts.
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

struct Effort {
  int rounds = 9;            // in each, every way has its turn
  double seconds = 0.002;    // of a turn, at least one call
  double warm_up = 0.00025;  // seconds before it that do not count
  double longest_call = 10;  // throws std::runtime_error when one takes longer
};

// Seconds per call over the rounds.
struct Timing {
  double minimum = 0, median = 0, maximum = 0;
};

// For each way the seconds per call in each of its turns.
using Turns = std::vector<std::vector<double>>;

// Finds for each way how many calls make a turn, then gives them turns in rotating order, each
// after calls that do not count: they wake the threads and fill the caches again. Adds to `turns`,
// so that a suite can come back to the same ways later, when the machine does something else.
void take_turns(const std::vector<Way>& ways, const Effort& effort, Turns& turns);
std::vector<Timing> timings(const Turns& turns);

// Both.
std::vector<Timing> measure(const std::vector<Way>& ways, const Effort& effort);

double median(std::vector<double> values);                 // NaN of nothing
double geometric_mean(const std::vector<double>& values);  // NaN of nothing

// What the lines of a table amount to: ratios, and which of them is the least.
struct Ratios {
  std::vector<double> all = {};
  double least = std::numeric_limits<double>::infinity();
  std::string worst = {};

  void add(double ratio, const std::string& name = "") {
    all.push_back(ratio);
    if (ratio < least) least = ratio, worst = name;
  }
  double mean() const { return geometric_mean(all); }
};

}  // namespace ebb::tools::benchmark
