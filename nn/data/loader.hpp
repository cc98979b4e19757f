// Batches for training: pictures in a new order each epoch, bytes turned into floats on the way.
#pragma once

#include <cstdint>
#include <nn/data/images.hpp>
#include <tensor/tensor.hpp>
#include <vector>

namespace ebb::nn {

struct [[nodiscard]] Batch {
  Tensor images;  // [n, height * width], float32 in [0, 1]
  Tensor labels;  // [n], int32; [0] where the set has none
};

// One pass over the pictures. Its batches may be asked for in any order:
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

  Epoch(ImageDataset images, std::int64_t batch_size, std::vector<std::int64_t> order);

  std::int64_t steps() const;            // the last, shorter batch counts
  Batch batch(std::int64_t step) const;  // throws Error unless 0 <= step < steps
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, steps()}; }

 private:
  ImageDataset images_;
  std::int64_t batch_size_;
  std::vector<std::int64_t> order_;
};

struct LoaderOptions {
  std::int64_t batch_size = 128;
  std::uint64_t seed = 0;
  bool shuffle = true;  // otherwise every epoch has the order of the set
};

// The epochs over a set of pictures. Their orders follow from the seed and the epoch's number
// alone, so that nothing needs to be replayed. Throws Error for a batch size outside 1 to
// 2^20.
class Loader final {
 public:
  explicit Loader(ImageDataset images, const LoaderOptions& options = {});

  std::int64_t steps() const;  // of each epoch
  const ImageDataset& images() const { return images_; }
  Epoch epoch(std::int64_t number) const;

 private:
  ImageDataset images_;
  LoaderOptions options_;
};

}  // namespace ebb::nn
