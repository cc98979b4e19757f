// Your own arrays as a dataset.
#pragma once

#include <nn/data/dataset.hpp>

namespace ebb::nn {

// Inputs [n, …] of any dtype, and a target for each: numbers [n, …], labels (int32, [n]), or none.
//     const nn::Loader loader{nn::TensorDataset{x, y}, {.batch_size = 32, .seed = 1}};
//     for (const nn::Batch& batch : loader.epoch(0))
//       adam.step(backward(nn::mse_loss(model(batch.inputs), batch.targets)));
// Shares the elements of both where they lie without gaps. int32 targets [n] without a negative one
// count as labels; the largest decides how many classes there are.
// Throws ShapeError where there are no inputs, or not as many targets.
class [[nodiscard]] TensorDataset final : public Dataset {
 public:
  explicit TensorDataset(const Tensor& inputs, const Tensor& targets = {});

  std::int64_t count() const override { return inputs_.size(0); }
  Batch gather(std::span<const std::int64_t> indices) const override;
  Examples examples() const override;

 private:
  Tensor inputs_, targets_;
  std::int64_t classes_ = 0;
};

}  // namespace ebb::nn
