// The examples of a dataset as a model sees them.
#pragma once

#include <nn/data/loader.hpp>
#include <tools/training/recipe.hpp>

namespace ebb::tools {

// Batches that a recipe has prepared. What it draws for that follows from the noise and the batch's
// number, so that a batch is the same whenever it is asked for, and any thread may ask. The recipe
// must outlive it.
class PreparedExamples final {
 public:
  PreparedExamples(const nn::SharedDataset& dataset, const Recipe& recipe, const Random& noise)
      : recipe_(recipe),
        noise_(noise),
        epoch_(nn::Loader(dataset, {.batch_size = batch_size, .shuffle = false}).epoch(0)),
        count_(dataset->count()) {}

  std::int64_t count() const { return count_; }
  std::int64_t batches() const { return epoch_.steps(); }
  nn::Batch original(std::int64_t i) const { return epoch_.batch(i); }
  nn::Batch batch(std::int64_t i) const {
    Random noise = noise_.fork(std::to_string(i));
    return recipe_.prepare(original(i), noise);
  }

  static constexpr std::int64_t batch_size = 500;

 private:
  const Recipe& recipe_;
  Random noise_;
  nn::Epoch epoch_;
  std::int64_t count_;
};

// Examples begin … end - 1 of a batch: views.
nn::Batch part_of(const nn::Batch& batch, std::int64_t begin, std::int64_t end);

}  // namespace ebb::tools
