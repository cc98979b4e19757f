// Training steps written by hand on Ebb's kernels: what modules and tape cost is measured against
// them.
#pragma once

#include <memory>
#include <models/autoencoder.hpp>
#include <models/variational_autoencoder.hpp>
#include <tensor/random.hpp>
#include <tools/benchmark/bare/layers.hpp>

namespace ebb::tools::benchmark::bare {

class Step {
 public:
  virtual ~Step() = default;

  // Trains on images, [n, input], and returns their loss before the update.
  double step(const Tensor& images) { return run(images.data<float>(), images.size(0)); }
  virtual const Layers& layers() const = 0;

  Random noise{1};  // from which it draws what model.loss(images, noise) would draw, if anything

 private:
  virtual double run(const float* images, std::int64_t n) = 0;
};

// They begin with the model's weights. Batches have at most `batch` images.
// Linear, ReLU, linear, sigmoid, squared error: the autoencoder without hidden layers.
std::unique_ptr<Step> by_hand(const models::Autoencoder& model, std::int64_t batch);
// One hidden layer on each side and beta = 1. Mean and logarithm of the variance are one layer
// here: both read the same.
std::unique_ptr<Step> by_hand(const models::VariationalAutoencoder& model, std::int64_t batch);
// One of these two.
std::unique_ptr<Step> by_hand(const nn::Module& model, std::int64_t batch);

}  // namespace ebb::tools::benchmark::bare
