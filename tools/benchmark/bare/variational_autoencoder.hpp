// The variational autoencoder's training step by hand.
#pragma once

#include <models/variational_autoencoder.hpp>
#include <tools/benchmark/bare/layers.hpp>

namespace ebb::tools::benchmark::bare {

// One hidden layer on each side and beta = 1. Mean and logarithm of the variance are one layer
// here: both read the same.
class VariationalAutoencoder final {
 public:
  VariationalAutoencoder(const ebb::models::VariationalAutoencoder& model, std::int64_t batch);

  // Draws the noise that model.loss(images, random) would draw.
  double step(const float* images, std::int64_t n, ebb::Random& random);

  std::vector<ebb::Tensor> parameters() const;

 private:
  double sample(std::int64_t n, ebb::Random& random);        // the code; returns the divergence
  double output_slope(const float* images, std::int64_t n);  // returns the reconstruction's loss
  void posterior_slope(std::int64_t n);

  std::int64_t latent_;
  Weights weights_;
  Floats hidden_, posterior_, deviation_, noise_, code_, drawing_, output_;
  Floats drawing_slope_, code_slope_, posterior_slope_, hidden_slope_;
  Floats errors_, share_, half_;
};

}  // namespace ebb::tools::benchmark::bare
