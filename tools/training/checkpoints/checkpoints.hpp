// The checkpoints in a run's folder: checkpoints/000123/{model,state}.safetensors, after 123 steps.
#pragma once

#include <functional>
#include <future>
#include <nn/files/safetensors.hpp>
#include <string>
#include <tools/common/clock.hpp>
#include <tools/common/run_folder.hpp>

namespace ebb::tools {

struct Checkpoint {
  std::int64_t steps = 0;
  nn::NamedTensors model, state;
};

// How often: --checkpoint-every 500 (steps) or 10min (also 30s and 2h). Throws UsageError.
struct Interval {
  std::int64_t steps = 0;  // one of the two is 0
  double seconds = 0;
};
[[nodiscard]] Interval parse_interval(const std::string& words);

// Writes checkpoints while training goes on; the last two are kept. A checkpoint appears at once,
// when its files are on the disk.
class Checkpoints final {
 public:
  // The folder must outlive it.
  Checkpoints(const RunFolder& folder, const Interval& interval)
      : folder_(folder), interval_(interval) {}

  // Calls `take` with the folder of the newest; while that throws Error, with that of the one
  // before. Those that were passed over are removed, and named in the returned lines. Throws
  // FormatError where none is whole.
  std::vector<std::string> take_newest(const std::function<void(const std::string&)>& take);

  // On a thread of its own, once that before it is written. Nothing may change the tensors.
  void write(Checkpoint checkpoint);
  void wait();   // until all is on the disk. Throws what writing has thrown
  void check();  // does not wait, and throws what writing has thrown by now
  std::int64_t last() const { return last_; }  // steps of the last; -1: none yet

  // Is it time for one, after so many steps? Of minutes, and after an epoch, only where all that
  // was written has taken no more than a second and a fiftieth of the run so far.
  bool due(std::int64_t steps) const;
  bool due_after_epoch() const;

 private:
  double save(const Checkpoint& checkpoint) const;

  const RunFolder& folder_;
  Interval interval_;
  std::int64_t last_ = -1;
  double begin_ = seconds_now(), last_time_ = begin_;
  double writing_ = 0;  // seconds
  std::future<double> task_;
};

}  // namespace ebb::tools
