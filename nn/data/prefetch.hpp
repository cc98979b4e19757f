// Batches that take a while to make, made ahead.
#pragma once

#include <cstdint>
#include <memory>
#include <nn/data/loader.hpp>

namespace ebb::nn {

// The batches of an epoch, the same as without it. While the caller uses one, the next is made on a
// thread of its own; where the system has no thread for that, each is made when it is asked for.
//     Prefetch batches(loader.epoch(3));
//     for (std::int64_t step = 0; step < batches.steps(); ++step) … batches.batch(step) …
// LoaderOptions::prefetch puts one behind each epoch of a loader.
class Prefetch final {
 public:
  explicit Prefetch(Epoch epoch);
  ~Prefetch();  // waits for the batch that is being made
  Prefetch(const Prefetch&) = delete;
  Prefetch& operator=(const Prefetch&) = delete;

  std::int64_t steps() const;
  // Any step may be asked for; only the one behind the last is there already. One thread at a time
  // may call it. What making the batch throws comes here.
  Batch batch(std::int64_t step);
  // For how long batch has kept its caller waiting, in all: of the first, for all of its making.
  double seconds_waited() const;

 private:
  struct Worker;
  std::unique_ptr<Worker> worker_;
};

}  // namespace ebb::nn
