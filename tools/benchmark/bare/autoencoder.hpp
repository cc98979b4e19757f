// The autoencoder's training step by hand.
#pragma once

#include <models/autoencoder.hpp>
#include <tools/benchmark/bare/layers.hpp>

namespace ebb::tools::benchmark::bare {

// Linear, ReLU, linear, sigmoid, squared error: the autoencoder without hidden layers.
class Autoencoder final {
 public:
  // Begins with the model's weights. Batches have at most `batch` images.
  Autoencoder(const ebb::models::Autoencoder& model, std::int64_t batch);

  // Trains on n images, [n, input], and returns their loss before the update.
  double step(const float* images, std::int64_t n);

  // Copies of the weights, like the model's parameters and in their order.
  std::vector<ebb::Tensor> parameters() const;

 private:
  double output_slope(const float* images, std::int64_t n);

  Weights weights_;
  Floats code_, output_, code_slope_;
  Floats errors_, share_;  // by pixel; the slope of the loss, repeated
};

}  // namespace ebb::tools::benchmark::bare
