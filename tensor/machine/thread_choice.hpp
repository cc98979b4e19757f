// How many threads are worth it now? At times a host moves a machine's cores apart, and then what
// one core writes is slow to reach the other: a short step takes longer on two threads than on one.
// No result depends on the number of threads, so a loop may follow what it measures:
//
//     ThreadChoice choice;
//     while (…) {
//       const double begin = now();
//       …  // a step of training
//       choice.note(now() - begin);
//     }
#pragma once

#include <array>
#include <cstddef>

namespace ebb {

// Tries half or twice the threads for a few steps now and then, and goes on with the faster number.
// Trials may take half a percent of the time. For loops of steps that do about the same work, on
// one thread of the program.
class ThreadChoice final {
 public:
  ThreadChoice();   // at most as many threads as there are now
  ~ThreadChoice();  // as many as there were
  ThreadChoice(const ThreadChoice&) = delete;
  ThreadChoice& operator=(const ThreadChoice&) = delete;

  // A step has taken so many seconds. Calls set_threads for the next, and begins anew where
  // somebody else has called it.
  void note(double seconds);

 private:
  // The last steps on one number of threads.
  struct Times {
    std::array<double, 8> seconds = {};
    std::size_t count = 0;  // of all steps
    void add(double step) { seconds[count++ % seconds.size()] = step; }
    double median() const;
  };

  void begin_trial();
  void end_trial();
  void use(int count);

  int most_, chosen_, in_use_;  // in a trial the last two differ
  bool upwards_ = false;        // the last trial was one of more threads
  std::size_t settled_ = 0;     // steps of a trial that do not count
  Times usual_, trial_;
  double total_ = 0, lost_ = 0;  // seconds: of all steps; of trials, beyond the usual
};

}  // namespace ebb
