// Batches for training: the examples of a dataset in a new order each epoch.
#pragma once

#include <cstdint>
#include <memory>
#include <nn/data/augment.hpp>
#include <nn/data/dataset.hpp>
#include <vector>

namespace ebb::nn {

class Prefetch;

// One pass over the examples. Its batches may be asked for in any order:
//     for (const Batch& batch : loader.epoch(3)) { … }
//     loader.epoch(3).batch(417)                            // how a run resumes
class [[nodiscard]] Epoch final {
 public:
  class Iterator final {
   public:
    Iterator(const Epoch& epoch, std::int64_t step) : epoch_(&epoch), step_(step) {}
    Batch operator*() const { return epoch_->batch(step_); }
    Iterator& operator++() {
      ++step_;
      return *this;
    }
    bool operator==(const Iterator& other) const { return step_ == other.step_; }

   private:
    const Epoch* epoch_;
    std::int64_t step_;
  };

  Epoch(SharedDataset dataset, std::int64_t batch_size, std::vector<std::int64_t> order);

  // The same, and while one batch is used, the next is made (nn/data/prefetch.hpp). Copies share
  // that: one thread at a time may ask them.
  Epoch with_prefetch() const;
  // The same, with pictures changed by draws of that generator (nn/data/augment.hpp).
  Epoch with_augmentation(const Augmentation& ways, const Random& random) const;

  std::int64_t steps() const;            // the last, shorter batch counts
  Batch batch(std::int64_t step) const;  // throws Error unless 0 <= step < steps
  double seconds_waited() const;         // for batches that were made ahead; 0 where none are
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, steps()}; }

 private:
  SharedDataset dataset_;
  std::int64_t batch_size_;
  std::vector<std::int64_t> order_;
  Augmentation ways_;
  Random random_;
  std::shared_ptr<Prefetch> prefetch_;
};

struct LoaderOptions {
  std::int64_t batch_size = 128;
  std::uint64_t seed = 0;
  bool shuffle = true;        // otherwise every epoch has the order of the dataset
  bool drop_last = false;     // a last batch that is shorter than the others is left out
  bool prefetch = false;      // each batch is made while the one before it is used
  Augmentation augment = {};  // by draws that follow from seed, epoch and example alone
};

// The epochs over a dataset. It shares the dataset, so nothing else has to keep that alive, and an
// epoch may outlive its loader. The orders follow from the seed and the epoch's number alone, so
// that nothing needs to be replayed. Throws Error for a batch size outside 1 to 2^20, where
// drop_last leaves no batch, and where other things than pictures are to be augmented.
class Loader final {
 public:
  explicit Loader(SharedDataset dataset, const LoaderOptions& options = {});

  std::int64_t count() const { return dataset_->count(); }  // of examples
  std::int64_t steps() const;                               // of each epoch
  Examples examples() const { return dataset_->examples(); }
  Epoch epoch(std::int64_t number) const;

 private:
  SharedDataset dataset_;
  LoaderOptions options_;
  std::vector<std::int32_t> lengths_;  // of examples to shuffle; empty: all are alike
};

}  // namespace ebb::nn
