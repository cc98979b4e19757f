// Training steps written by hand on Ebb's kernels: no modules, no tape, every buffer there from the
// start. What modules and tape cost is measured against them.
#pragma once

#include <cstdint>
#include <memory>
#include <nn/module.hpp>
#include <tensor/machine/storage.hpp>
#include <tensor/random.hpp>
#include <vector>

namespace ebb::tools::benchmark::bare {

constexpr int float32 = 0;             // its place in the kernel tables
constexpr std::int64_t grain = 16384;  // numbers that are worth a thread

// Numbers that begin at a cache line; zeros at first.
class Floats final {
 public:
  explicit Floats(std::int64_t count);
  float* data() const { return static_cast<float*>(storage_->data()); }
  operator float*() const { return data(); }

 private:
  std::shared_ptr<Storage> storage_;
};

// y = x w + b with w [in, out]: where its numbers, its outputs and their slopes lie. The last layer
// of a model has its output's slope in the place of the output.
struct Dense {
  std::int64_t in, out;
  float *weight, *bias, *weight_slope, *bias_slope, *y, *dy;
};

// All weights of a model in one array, beside it those of the gradients and of Adam's moments, so
// that one loop updates everything.
class Layers final {
 public:
  // Takes over the weights and biases of the model. `joined` says how many layers of the model are
  // one here, side by side, for they read the same. Throws Error unless the model has just those.
  Layers(const nn::Module& model, const std::vector<int>& joined, std::int64_t batch);

  const Dense& operator[](int layer) const { return layers_[static_cast<std::size_t>(layer)]; }
  void adam(double learning_rate = 1e-3);

 private:
  std::int64_t count_;
  Floats weights_, slopes_, means_, squares_;
  std::vector<Floats> outputs_;
  std::vector<Dense> layers_;
  std::int64_t steps_ = 0;
};

class Step {
 public:
  explicit Step(Layers layers) : layers_(std::move(layers)) {}
  virtual ~Step() = default;

  // Trains on images, [n, input], and returns their loss before the update.
  double step(const Tensor& images) { return run(images.data<float>(), images.size(0)); }
  const Layers& layers() const { return layers_; }

  Random noise{1};  // from which it draws what model.loss(images, noise) would draw, if anything

 protected:
  Layers layers_;

 private:
  virtual double run(const float* images, std::int64_t n) = 0;
};

// It begins with the weights of the model, a models::Autoencoder or models::VariationalAutoencoder
// of the default form. Batches have at most `batch` images.
std::unique_ptr<Step> by_hand(const nn::Module& model, std::int64_t batch);

}  // namespace ebb::tools::benchmark::bare
