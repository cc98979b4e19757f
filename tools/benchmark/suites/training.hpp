// The training that the suites measure: one model as tools/train runs it, and the same step by
// hand.
#pragma once

#include <nn/data/images.hpp>
#include <nn/data/loader.hpp>
#include <nn/optimizers/adam.hpp>
#include <tools/benchmark/bare/autoencoder.hpp>
#include <tools/benchmark/bare/variational_autoencoder.hpp>
#include <tools/training/task.hpp>

namespace ebb::tools::benchmark {

enum class Model { ae, vae };
inline const char* name_of(Model model) { return model == Model::ae ? "ae" : "vae"; }

constexpr std::int64_t pixels = 784;

// 784-256-784, or 784-400-20-400-784; Adam.
class Training final {
 public:
  explicit Training(Model model);
  double step(const ebb::Tensor& images);       // the loss
  double epoch(const ebb::nn::Loader& loader);  // its mean
  const ebb::nn::Module& model() { return task_->model(); }

 private:
  std::unique_ptr<ebb::tools::Task> task_;
  ebb::Random noise_{1};
  ebb::nn::Adam adam_;
};

class BareTraining final {
 public:
  BareTraining(Training& begin, std::int64_t batch);  // with the same weights
  double step(const float* images, std::int64_t n);
  double epoch(const ebb::nn::ImageDataset& images);  // in a new order each time

 private:
  std::optional<bare::Autoencoder> autoencoder_;
  std::optional<bare::VariationalAutoencoder> variational_;
  std::int64_t batch_, epochs_ = 0;
  bare::Floats images_;
  ebb::Random noise_{1};
};

// Pictures of noise, as large as MNIST's: no pixel is zero in more than one of 256.
ebb::nn::ImageDataset dense_images(std::int64_t count);

// What a step cannot do without, by the model's shape.
std::int64_t parameters_of(Model model);
std::int64_t flop_of(Model model, std::int64_t images);  // products; none for the images' gradient
std::int64_t activations_of(Model model, std::int64_t images);  // numbers that layers hand on

}  // namespace ebb::tools::benchmark
